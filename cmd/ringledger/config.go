package main

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"ringledger/integration/alert"
	"ringledger/store"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// config is everything that can be set from outside. A flag wins over the
// variable, the variable over the default.
type config struct {
	Listen               string       `env:"RINGLEDGER_LISTEN" envDefault:"127.0.0.1:8080" help:"address to listen on"`
	PublicURL            string       `env:"RINGLEDGER_PUBLIC_URL" envDefault:"http://localhost:8080" help:"how browsers and Aircall reach Ringledger; base of the OAuth callback and the webhook URL"`
	Data                 string       `env:"RINGLEDGER_DATA" envDefault:"./data" help:"folder of the SQLite file and the key file"`
	DatabaseURL          store.Secret `env:"RINGLEDGER_DATABASE_URL" help:"sqlite:/path/file.db, or postgres://... for several nodes; a SQLite file in the data folder when empty" secret:"true"`
	SecretKey            store.Secret `env:"RINGLEDGER_SECRET_KEY" help:"32 bytes in base64, seals the tokens; made in the data folder on first start when empty" secret:"true"`
	AircallAPIURL        string       `env:"RINGLEDGER_AIRCALL_API_URL" envDefault:"https://api.aircall.io" help:"Aircall's API"`
	SalesforceLoginURL   string       `env:"RINGLEDGER_SALESFORCE_LOGIN_URL" envDefault:"https://login.salesforce.com" help:"login host that is offered first; http is allowed on loopback"`
	SalesforceAPIVersion string       `env:"RINGLEDGER_SALESFORCE_API_VERSION" envDefault:"v66.0" help:"version of the Salesforce REST API"`
	LogLevel             string       `env:"RINGLEDGER_LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	LogFormat            string       `env:"RINGLEDGER_LOG_FORMAT" help:"text or json; text on a terminal, else json, when empty"`
	MetricsListen        string       `env:"RINGLEDGER_METRICS_LISTEN" help:"address that serves /metrics to the inside; off when empty"`
	TrustedProxies       string       `env:"RINGLEDGER_TRUSTED_PROXIES" help:"addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas"`
	SMTPServer           string       `env:"RINGLEDGER_SMTP_SERVER" help:"mail server for alerts, as smtp.example.com:587 (465: TLS from the first byte, else STARTTLS; neither on loopback); no e-mails when empty"`
	SMTPUser             string       `env:"RINGLEDGER_SMTP_USER" help:"user at the mail server; none when empty"`
	SMTPPassword         store.Secret `env:"RINGLEDGER_SMTP_PASSWORD" help:"password at the mail server" secret:"true"`
	SMTPFrom             string       `env:"RINGLEDGER_SMTP_FROM" help:"e-mail address that alerts come from"`
}

// smtp is how alerts are sent by e-mail.
func (c *config) smtp() alert.SMTP {
	return alert.SMTP{Server: c.SMTPServer, User: c.SMTPUser, Password: c.SMTPPassword, From: c.SMTPFrom}
}

// setting is one field of config by its names.
type setting struct {
	name, flag, fallback, help string
	secret                     bool
	value                      *string
}

// settings lists the fields, for flags, files and documentation.
func (c *config) settings() []setting {
	fields, err := env.GetFieldParams(c)
	if err != nil {
		panic(err) // the struct above is wrong; the first test finds it
	}
	out := make([]setting, 0, len(fields))
	for n, f := range fields {
		out = append(out, setting{
			name: f.Key, flag: strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(f.Key, "RINGLEDGER_")), "_", "-"),
			fallback: f.DefaultValue, help: fieldTag(c, n, "help"), secret: fieldTag(c, n, "secret") == "true", value: fieldValue(c, n),
		})
	}
	return out
}

func (c *config) addFlags(flags *pflag.FlagSet) {
	for _, s := range c.settings() {
		flags.String(s.flag, "", fmt.Sprintf("%s (%s)", s.help, s.name))
		if s.secret {
			flags.String(s.flag+"-file", "", fmt.Sprintf("file that holds it (%s_FILE)", s.name))
		}
	}
}

// read fills the config. An unknown RINGLEDGER_ variable is most likely a
// misspelt one, so it is refused.
func (c *config) read(environ []string, flags *pflag.FlagSet) error {
	vars := env.ToMap(environ)
	known := map[string]bool{}
	for _, s := range c.settings() {
		known[s.name] = true
		if s.secret {
			known[s.name+"_FILE"] = true
		}
	}
	for _, name := range sortedNames(vars) {
		if strings.HasPrefix(name, "RINGLEDGER_") && !known[name] {
			return misused("%s is not a variable of Ringledger; it knows %s", name, strings.Join(sortedNames(known), ", "))
		}
	}
	if err := env.ParseWithOptions(c, env.Options{Environment: vars}); err != nil {
		return &usageError{err}
	}
	for _, s := range c.settings() {
		if err := s.take(vars, flags); err != nil {
			return err
		}
	}
	return c.check()
}

// take applies the file and the flag of one setting.
func (s setting) take(vars map[string]string, flags *pflag.FlagSet) error {
	file := vars[s.name+"_FILE"]
	if f := flags.Lookup(s.flag + "-file"); f != nil && f.Changed {
		file = f.Value.String()
	}
	if s.secret && file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return misused("%s_FILE: %w", s.name, err)
		}
		*s.value = strings.TrimSpace(string(b))
	}
	if f := flags.Lookup(s.flag); f != nil && f.Changed {
		*s.value = f.Value.String()
	}
	return nil
}

var apiVersion = regexp.MustCompile(`^v[0-9]{2,3}\.0$`)

func (c *config) check() error {
	for _, u := range []struct{ name, value string }{
		{"RINGLEDGER_PUBLIC_URL", c.PublicURL}, {"RINGLEDGER_AIRCALL_API_URL", c.AircallAPIURL}, {"RINGLEDGER_SALESFORCE_LOGIN_URL", c.SalesforceLoginURL},
	} {
		p, err := url.Parse(u.value)
		if err != nil || (p.Scheme != "http" && p.Scheme != "https") || p.Host == "" {
			return misused("%s is %q; it must be an address such as https://example.com", u.name, u.value)
		}
	}
	if !apiVersion.MatchString(c.SalesforceAPIVersion) {
		return misused("RINGLEDGER_SALESFORCE_API_VERSION is %q; it must look like v66.0", c.SalesforceAPIVersion)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		return misused("RINGLEDGER_LOG_LEVEL is %q; it must be debug, info, warn or error", c.LogLevel)
	}
	if !slices.Contains([]string{"", "text", "json"}, c.LogFormat) {
		return misused("RINGLEDGER_LOG_FORMAT is %q; it must be text or json", c.LogFormat)
	}
	if err := c.smtp().Check(); err != nil {
		return misused("RINGLEDGER_SMTP_SERVER, _USER, _PASSWORD and _FROM: %w", err)
	}
	_, err := c.proxies()
	return err
}

func (c *config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, p := range strings.FieldsFunc(c.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			addr, err := netip.ParseAddr(p)
			if err != nil {
				return nil, misused("RINGLEDGER_TRUSTED_PROXIES: %q is neither an address nor a network", p)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, prefix)
	}
	return out, nil
}

// databaseURL is the configured database, else the file in the data folder.
func (c *config) databaseURL() string {
	if c.DatabaseURL != "" {
		return string(c.DatabaseURL)
	}
	return "sqlite:" + filepath.Join(c.Data, "ringledger.db")
}

// logger writes to w: readable on a terminal, for machines elsewhere.
func (c *config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo // check has refused every other word
	}
	opts := &slog.HandlerOptions{Level: level}
	format := c.LogFormat
	if f, ok := w.(*os.File); format == "" && ok && term.IsTerminal(int(f.Fd())) {
		format = "text"
	}
	if format == "text" {
		return slog.New(discreet{slog.NewTextHandler(w, opts)})
	}
	return slog.New(discreet{slog.NewJSONHandler(w, opts)})
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
