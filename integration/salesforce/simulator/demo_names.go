package simulator

// The invented people and companies of the demo data.
var (
	contactNames = []string{
		"Ada Lemoine", "Basile Fournier", "Clara Whitfield", "Denis Arnaud", "Elise Carpentier", "Felix Osborne", "Gaëlle Marchand",
		"Henry Aldridge", "Inès Delorme", "Jonas Brandt", "Karim Haddad", "Louise Pelletier", "Marcus Hale", "Nadia Bensaid",
		"Oscar Lindqvist", "Pauline Girard", "Quentin Leroux", "Rosa Martinelli", "Samuel Okafor", "Thérèse Vidal", "Umar Siddiqui",
		"Violette Chevalier", "William Prescott", "Xénia Papadaki", "Yann Le Goff", "Zoé Lambert", "Arthur Mercier", "Bianca Rossi",
		"Cédric Masson", "Delia Navarro", "Etienne Roussel", "Fatou Diallo", "Grace Holloway", "Hélène Barbier", "Ivan Petrov",
		"Jeanne Colin", "Kofi Mensah", "Laura Steiner", "Mathieu Renard", "Noor Rahman", "Olivia Hartley", "Pierre Gauthier",
		"Renata Kowalska", "Simon Bailey", "Tessa Verhoeven", "Ulysse Moreau", "Vera Novak", "Walter Ziegler", "Yasmine Cherif",
		"Adrien Poirier", "Beatrice Lang", "Colin Ferguson", "Daphné Rivière", "Emil Sørensen", "Flora Jennings", "Gilles Tanguy",
		"Hannah Price", "Ilan Berger", "Julia Costa", "Kévin Aubert",
	}
	leadNames = []string{
		"Alban Picard", "Brigitte Noël", "Carlos Mendes", "Diane Faucher", "Ewan Campbell", "Frida Holm", "Georges Tissot", "Hiba Mansour",
		"Isaac Turner", "Joséphine Klein", "Kurt Weiss", "Lina Ferrari", "Maxime Dufour", "Nora Walsh", "Otis Barrett", "Perrine Hamon",
		"Rachel Goodwin", "Sacha Lebrun", "Tomas Varga", "Ursula Meyer", "Victor Blanchet", "Wendy Shaw", "Yves Morel", "Zara Ahmed", "Amélie Caron",
	}
	companyNames = []string{
		"Atelier Boréal", "Brightwater Clinics", "Cordier Menuiserie", "Dunmore Logistics", "Éditions du Phare", "Fernhill Schools", "Garage Lacombe",
		"Harbor & Pine", "Imprimerie Ronsard", "Juniper Foods", "Kestrel Surveying", "Laiterie des Monts", "Millstone Software", "Nordlys Energy",
		"Orchard Dental", "Papeterie Vauban", "Quarry Street Legal", "Rivage Hôtels", "Stonebridge Homes", "Tilleul Conseil",
	}
	personNames = []string{"Agathe Prévost", "Benedict Moss", "Corinne Jacquet", "Dorian Wells", "Estelle Rey"}
	prospects   = []string{"Tamarin Studio", "Whitelock Gardens", "Cabinet Sorel", "Northgate Cycles", "Brasserie du Quai", "Pebble Analytics", "Vernet Transport"}
	titles      = []string{"Managing Director", "Office Manager", "Buyer", "Head of IT", "Accountant", "Operations Lead"}

	caseSubjects = []string{
		"Invoice shows the wrong address", "Delivery is two days late", "Cannot open the customer portal", "Question about the warranty",
		"Replacement part requested", "Wrong colour delivered", "Appointment must be moved", "Contract copy requested",
		"Noise from the new unit", "Refund not received", "Change of contact person", "Leak after installation",
		"Login code never arrives", "Price on quote differs", "Second visit needed", "Manual in French wanted",
	}
	dealNames = []string{
		"Boréal – new workshop", "Brightwater – three clinics", "Cordier – yearly contract", "Dunmore – fleet phones", "Phare – relaunch",
		"Fernhill – two more schools", "Lacombe – service plan", "Harbor & Pine – renewal", "Ronsard – second press", "Juniper – cold chain",
		"Kestrel – survey season", "Monts – packaging line", "Millstone – support tier", "Nordlys – field teams",
	}
)
