package simulator

func commentsIn(language string) []string {
	if language == "fr" {
		return []string{
			"Rappeler lundi matin, préfère être jointe avant 11 h.",
			"Facture de septembre contestée.\nDevis corrigé à renvoyer avant vendredi.",
			"Intéressé par l'offre annuelle, démo prévue mardi à 14 h.",
			"Problème de connexion résolu pendant l'appel.",
			"N'est plus chez ce client, contacter plutôt le service achats.",
			"Souhaite résilier : \"trop cher\". Transmis à l'équipe fidélisation.",
		}
	}
	return []string{
		"Wants a call back on Monday, before 11 am.",
		"Disputes the September invoice.\nSend the corrected quote by Friday.",
		"Interested in the yearly plan, demo booked for Tuesday 2 pm.",
		"Login trouble, solved during the call.",
		"Left the company; ask for procurement instead.",
		"Asked about SSO & data residency, sent the security pack.",
	}
}

func summariesIn(language string) []string {
	if language == "fr" {
		return []string{
			"Le client demande le report de son échéance au 15. L'agent confirme et enverra un e-mail récapitulatif. Prochaine étape : envoyer l'e-mail aujourd'hui.",
			"Question sur l'export des données : la procédure a été expliquée. Le client est satisfait, aucune suite attendue.",
			"Le prospect compare deux offres et veut une démonstration pour son équipe de six personnes. Prochaine étape : proposer deux créneaux.",
		}
	}
	return []string{
		"The customer asked to move the payment date to the 15th. The agent agreed and will confirm by e-mail. Next step: send the e-mail today.",
		"Question about exporting data: the steps were explained. The customer is happy, nothing more to do.",
		"The prospect compares two plans and wants a demo for a team of six. Next step: offer two time slots.",
	}
}

func topicsIn(language string) []string {
	if language == "fr" {
		return []string{"facturation", "démonstration", "délai"}
	}
	return []string{"billing", "demo", "timeline"}
}

func utterancesIn(language string) []utterance {
	if language == "fr" {
		return []utterance{
			{1.2, 3.4, "Bonjour, service clients, que puis-je faire pour vous ?", true},
			{3.9, 8.1, "Bonjour, j'aimerais parler de ma dernière facture.", false},
			{8.6, 11.0, "Bien sûr, je l'ouvre tout de suite.", true},
		}
	}
	return []utterance{
		{1.2, 3.4, "Good morning, how can I help?", true},
		{3.9, 8.1, "Hello, I would like to talk about my last invoice.", false},
		{8.6, 11.0, "Of course, let me open it.", true},
	}
}

func messagesIn(language string) []string {
	if language == "fr" {
		return []string{
			"Bonjour, pouvez-vous me rappeler cet après-midi ?",
			"Merci pour votre appel, voici le lien vers le devis : https://example.com/devis",
			"C'est noté, à mardi !",
			"Votre rendez-vous est confirmé pour demain à 10 h 30.",
		}
	}
	return []string{
		"Hi, could you call me back this afternoon?",
		"Thanks for your time, here is the quote: https://example.com/quote",
		"Got it, see you on Tuesday!",
		"Your appointment is confirmed for tomorrow, 10:30.",
	}
}

// captionsIn are what the caller hears in the menu, by key.
func captionsIn(language string) []ivrOption {
	if language == "fr" {
		return []ivrOption{{title: "Ventes", key: "1"}, {title: "Support", key: "2"}, {title: "Facturation", key: "3"}}
	}
	return []ivrOption{{title: "Sales", key: "1"}, {title: "Support", key: "2"}, {title: "Billing", key: "3"}}
}
