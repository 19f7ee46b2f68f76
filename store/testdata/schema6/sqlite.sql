-- A ledger of the sixth schema as the program of then wrote it; its secret key is 32 times the byte 7.
BEGIN TRANSACTION;
CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL
, gone_at INTEGER NOT NULL DEFAULT 0);
INSERT INTO "agents" VALUES('77','Marie Martin','marie@example.com',0);
CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0
, revoked_at INTEGER NOT NULL DEFAULT 0);
INSERT INTO "api_keys" VALUES(1,'monitor','viewer',X'783DE09A9930EED650B3B7B8096A38EB19FE080EF7E082113A3DA6A52E53CFD3',1793523600000000,0,0);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  address TEXT NOT NULL,
  previous BLOB NOT NULL,
  mac BLOB NOT NULL
);
INSERT INTO "audit" VALUES(1,1793523600000000,'ada@example.com','setup','old','{"note":"of before"}','192.0.2.7',X'',X'188ABCD84DB50425A90C54F164C434F053D3FEDA14C956C4903BF744B36A4B9F');
INSERT INTO "audit" VALUES(2,1793523600000000,'ada@example.com','sign_in','old','{"note":"of before"}','192.0.2.7',X'188ABCD84DB50425A90C54F164C434F053D3FEDA14C956C4903BF744B36A4B9F',X'C2814DC17ADC5E36EBF3FC113B723B796AEAFF0C4E66725117499699975FB69B');
INSERT INTO "audit" VALUES(3,1793523600000000,'ada@example.com','rules_saved','old','{"note":"of before"}','192.0.2.7',X'C2814DC17ADC5E36EBF3FC113B723B796AEAFF0C4E66725117499699975FB69B',X'195A8D378010092A5DA3C4A1F83F9D9D9F146531EB0D42D9C28D114831BB3EE0');
CREATE TABLE backfills (
  id INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped')),
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL DEFAULT 0,
  reached INTEGER NOT NULL DEFAULT 0,
  found INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  problem TEXT NOT NULL DEFAULT '',
  due_at INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "backfills" VALUES(1,'asked','ada@example.com','waiting',1793350800000000,1793523600000000,1793523600000000,0,0,0,0,0,'',1793523600000000,0,0,0);
CREATE TABLE connections (
  name TEXT PRIMARY KEY,
  facts TEXT NOT NULL,
  secrets TEXT NOT NULL CHECK (secrets = '' OR secrets LIKE 'v1:%'),
  updated_at INTEGER NOT NULL
);
INSERT INTO "connections" VALUES('salesforce','{"login_url":"https://login.salesforce.com","client_id":"client","instance_url":"https://acme.my.salesforce.com","org_id":"00D000000000001AAA","org_name":"Acme"}','v1:AUTuMSzES12pLp+Hqkl5hkdMxUQ0LgeNcL4tXRRSO+QUczE8aKIHMTzWaJv4T/fkYQZm3wKD5fncdKEoz8QN8kPxf1AnvoZJWvAx37/ykRehLWao7bLiR+InSbp8y9ufdn2PBv/G75ArCFVOsNiSRDW0BUkUKPFffprws39BF2JOQiS9xkkEMheBNCk',1793523600000000);
INSERT INTO "connections" VALUES('aircall','{"api_id":"api","company":"Acme"}','v1:AUTuMSwXzRL+O/hhup+7qKjhO4748ZYhYBtJcliEsZ2mplJDsFWtQbU+MWabjFezu9KVf4n+w67DESy8aWQ',1793523600000000);
INSERT INTO "connections" VALUES('audit','{}','v1:AUTuMSzUsLNKZ66KBJd9vmf/6dQpXV8RuumgXZnEpODyPXkagbkdkoRTUEgm1lwoqBe5Sm4LUzNjZmPvKI8GAv8vJntl+2b/Ea2fvr3lI1mg1V8C24FGFfikGMK9VNfIiOWmrbhquf/w+bU',1793523600000000);
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  event TEXT NOT NULL,
  body BLOB NOT NULL,
  event_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL
);
INSERT INTO "deliveries" VALUES(1,X'7508773C315B2AFA4FF3E6C6990938A0D21A6C51449051A40CBA57A2C5B50C8E','aircall','call','1','call.ended',X'7B227265736F75726365223A2263616C6C222C226576656E74223A2263616C6C2E656E646564222C2274696D657374616D70223A313739333532333636302C2264617461223A7B226964223A312C22646972656374696F6E223A22696E626F756E64222C22737461747573223A22646F6E65222C22737461727465645F6174223A313739333532333630302C22616E7377657265645F6174223A313739333532333631302C22656E6465645F6174223A313739333532333636302C227261775F646967697473223A222B3434203136333220393630323031222C226E756D626572223A7B226964223A313233342C226E616D65223A22537570706F7274222C22646967697473223A222B33332031203939203030203030203031222C22636F756E747279223A224652222C2274696D655F7A6F6E65223A224575726F70652F5061726973227D2C2275736572223A7B226964223A37372C226E616D65223A224D61726965204D617274696E222C22656D61696C223A226D61726965406578616D706C652E636F6D227D7D7D',1793523660000000,1793523660000000);
INSERT INTO "deliveries" VALUES(2,X'54A2700415A8A9716733CF8686E5AA379CF7ED6ACEAFDA33D226FF9365552446','aircall','call','2','call.ended',X'7B227265736F75726365223A2263616C6C222C226576656E74223A2263616C6C2E656E646564222C2274696D657374616D70223A313739333532333738302C2264617461223A7B226964223A322C22646972656374696F6E223A22696E626F756E64222C22737461747573223A22646F6E65222C22737461727465645F6174223A313739333532333732302C22616E7377657265645F6174223A313739333532333733302C22656E6465645F6174223A313739333532333738302C227261775F646967697473223A222B3434203136333220393630323032222C226E756D626572223A7B226964223A313233342C226E616D65223A22537570706F7274222C22646967697473223A222B33332031203939203030203030203031222C22636F756E747279223A224652222C2274696D655F7A6F6E65223A224575726F70652F5061726973227D2C2275736572223A7B226964223A37372C226E616D65223A224D61726965204D617274696E222C22656D61696C223A226D61726965406578616D706C652E636F6D227D7D7D',1793523780000000,1793523780000000);
INSERT INTO "deliveries" VALUES(3,X'15DFD5A03AB3CC04D48F37FF99C4CFEC14776FBF125DDF06AECADF7A56F99610','aircall','call','3','call.ended',X'7B227265736F75726365223A2263616C6C222C226576656E74223A2263616C6C2E656E646564222C2274696D657374616D70223A313739333532333936302C2264617461223A7B226964223A332C22646972656374696F6E223A22696E626F756E64222C22737461747573223A22646F6E65222C22737461727465645F6174223A313739333532333930302C22616E7377657265645F6174223A313739333532333931302C22656E6465645F6174223A313739333532333936302C227261775F646967697473223A222B3434203136333220393630323033222C226E756D626572223A7B226964223A313233342C226E616D65223A22537570706F7274222C22646967697473223A222B33332031203939203030203030203031222C22636F756E747279223A224652222C2274696D655F7A6F6E65223A224575726F70652F5061726973227D2C2275736572223A7B226964223A37372C226E616D65223A224D61726965204D617274696E222C22656D61696C223A226D61726965406578616D706C652E636F6D227D7D7D',1793523960000000,1793523960000000);
INSERT INTO "deliveries" VALUES(4,X'EA23F682D105CFF13F7F53604B39A72112115A33B41A7A0AA5E57E73A5A5DEDE','aircall','call','4','call.ended',X'7B227265736F75726365223A2263616C6C222C226576656E74223A2263616C6C2E656E646564222C2274696D657374616D70223A313739333532343230302C2264617461223A7B226964223A342C22646972656374696F6E223A22696E626F756E64222C22737461747573223A22646F6E65222C22737461727465645F6174223A313739333532343134302C22616E7377657265645F6174223A313739333532343135302C22656E6465645F6174223A313739333532343230302C227261775F646967697473223A222B3434203136333220393630323034222C226E756D626572223A7B226964223A313233342C226E616D65223A22537570706F7274222C22646967697473223A222B33332031203939203030203030203031222C22636F756E747279223A224652222C2274696D655F7A6F6E65223A224575726F70652F5061726973227D2C2275736572223A7B226964223A37372C226E616D65223A224D61726965204D617274696E222C22656D61696C223A226D61726965406578616D706C652E636F6D227D7D7D',1793524200000000,1793524200000000);
INSERT INTO "deliveries" VALUES(5,X'58E30F8C5308FF0B5401B42FC67BD0EABFF8E7373D3F3AE79D2EC9D3F6FB3091','aircall','call','5','call.ended',X'7B227265736F75726365223A2263616C6C222C226576656E74223A2263616C6C2E656E646564222C2274696D657374616D70223A313739333532343530302C2264617461223A7B226964223A352C22646972656374696F6E223A22696E626F756E64222C22737461747573223A22646F6E65222C22737461727465645F6174223A313739333532343434302C22616E7377657265645F6174223A313739333532343435302C22656E6465645F6174223A313739333532343530302C227261775F646967697473223A222B3434203136333220393630323035222C226E756D626572223A7B226964223A313233342C226E616D65223A22537570706F7274222C22646967697473223A222B33332031203939203030203030203031222C22636F756E747279223A224652222C2274696D655F7A6F6E65223A224575726F70652F5061726973227D2C2275736572223A7B226964223A37372C226E616D65223A224D61726965204D617274696E222C22656D61696C223A226D61726965406578616D706C652E636F6D227D7D7D',1793524500000000,1793524500000000);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  due_at INTEGER,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 1,
  events INTEGER NOT NULL DEFAULT 1,
  tries INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  intent_at INTEGER NOT NULL DEFAULT 0,
  replay TEXT NOT NULL DEFAULT '',
  choice TEXT NOT NULL DEFAULT '',
  first_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  call_type TEXT NOT NULL DEFAULT '',
  direction TEXT NOT NULL DEFAULT '',
  line_id TEXT NOT NULL DEFAULT '',
  line_name TEXT NOT NULL DEFAULT '',
  external TEXT NOT NULL DEFAULT '',
  agent_id TEXT NOT NULL DEFAULT '',
  agent_name TEXT NOT NULL DEFAULT '',
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT 'waiting',
  reason TEXT NOT NULL DEFAULT 'queued',
  detail TEXT NOT NULL DEFAULT '',
  rules_version INTEGER NOT NULL DEFAULT 0,
  task_id TEXT NOT NULL DEFAULT '',
  task_at INTEGER NOT NULL DEFAULT 0,
  who_id TEXT NOT NULL DEFAULT '',
  what_id TEXT NOT NULL DEFAULT '',
  owner_id TEXT NOT NULL DEFAULT '',
  record_kind TEXT NOT NULL DEFAULT '',
  record_id TEXT NOT NULL DEFAULT '',
  record_name TEXT NOT NULL DEFAULT '',
  record TEXT NOT NULL DEFAULT '',
  created TEXT NOT NULL DEFAULT '',
  wrote TEXT NOT NULL DEFAULT '', cause TEXT NOT NULL DEFAULT '', resolved_at INTEGER NOT NULL DEFAULT 0, resolved_by TEXT NOT NULL DEFAULT '', replay_id INTEGER NOT NULL DEFAULT 0,
  UNIQUE (provider, kind, object_id)
);
INSERT INTO "entries" VALUES(1,'aircall','call','1',NULL,0,1,1,1,1,0,0,'','',1793523660000000,1793523660000000,'inbound_answered','inbound','1234','Support','+441632960201','77','Marie Martin',1793523600000000,1793523660000000,'logged','completed_task','',2,'00T000000000001AAA',1793523660000000,'003000000000001AAA','','005000000000001AAA','contact','003000000000001AAA','Grace Example','{"kind":"contact","id":"003000000000001AAA","name":"Grace Example"}','["003000000000001AAA"]','{"Subject":"Call"}','',0,'',0);
INSERT INTO "entries" VALUES(2,'aircall','call','2',NULL,0,1,1,1,1,0,0,'','',1793523780000000,1793523780000000,'inbound_answered','inbound','1234','Support','+441632960202','77','Marie Martin',1793523720000000,1793523780000000,'failed','refused','{"code":"FIELD_CUSTOM_VALIDATION_EXCEPTION","message":"of before"}',2,'',0,'','','','','','','','','','45807955ef1931998f5de3a4',0,'',0);
INSERT INTO "entries" VALUES(3,'aircall','call','3',NULL,0,1,1,1,1,0,0,'','',1793523960000000,1793523960000000,'inbound_answered','inbound','1234','Support','+441632960203','77','Marie Martin',1793523900000000,1793523960000000,'needs_choice','several_records','{"count":"2"}',2,'',0,'','','','','','','','','','7610dd635c163784009dfbfd',0,'',0);
INSERT INTO "entries" VALUES(4,'aircall','call','4',NULL,0,1,1,1,1,0,0,'','',1793524200000000,1793524200000000,'inbound_answered','inbound','1234','Support','+441632960204','77','Marie Martin',1793524140000000,1793524200000000,'skipped','flow_do_nothing','',2,'',0,'','','','','','','','','','',0,'',0);
INSERT INTO "entries" VALUES(5,'aircall','call','5',1793524500000000,0,0,1,1,0,0,0,'','',1793524500000000,1793524500000000,'','','','','','','',1793524500000000,0,'waiting','queued','',0,'',0,'','','','','','','','','','',0,'',0);
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "goose_db_version" VALUES(1,0,1,'2026-11-22 21:58:56');
INSERT INTO "goose_db_version" VALUES(2,1,1,'2026-11-22 21:58:56');
INSERT INTO "goose_db_version" VALUES(3,2,1,'2026-11-22 21:58:56');
INSERT INTO "goose_db_version" VALUES(4,3,1,'2026-11-22 21:58:56');
INSERT INTO "goose_db_version" VALUES(5,4,1,'2026-11-22 21:58:56');
INSERT INTO "goose_db_version" VALUES(6,5,1,'2026-11-22 21:58:56');
INSERT INTO "goose_db_version" VALUES(7,6,1,'2026-11-22 21:58:56');
CREATE TABLE invitations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- a page left open names no other
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  hash BLOB NOT NULL UNIQUE,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
INSERT INTO "invitations" VALUES(1,'new@example.com','New','editor',X'646EB8DD30D333F08FB4CFC8B6F9772F4E79AE22423C7F98D6720DB0E53763D0','ada@example.com',1793523600000000,1794128400000000);
CREATE TABLE keysets (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed TEXT NOT NULL CHECK (sealed LIKE 'v1:%')
);
INSERT INTO "keysets" VALUES(1,'v1:EogB9w7namgQqdFn/QcDC1wS1XalCLTyOStgjcXwdbK0cIUli1TqlLLeVX6MU/n+q4InTPUbd+cTT6BleuDYyARIkbZUjCIc9/OorUANQNCkXXL3HTbwsLKWktEX95EyzIsNV9zPoVLqEOWnzX+7duxvhDbVTH5MQGr9EC0zsf37rqcttNC7HdlV6w');
CREATE TABLE lines (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  e164 TEXT NOT NULL,
  country TEXT NOT NULL,
  time_zone TEXT NOT NULL
, gone_at INTEGER NOT NULL DEFAULT 0);
INSERT INTO "lines" VALUES('1234','Support','+33199000001','FR','Europe/Paris',0);
CREATE TABLE numbers (
  e164 TEXT PRIMARY KEY,
  locked_by INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER NOT NULL DEFAULT 0,
  created TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL DEFAULT 0,
  choice TEXT NOT NULL DEFAULT '',
  chosen_by TEXT NOT NULL DEFAULT '',
  chosen_at INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "numbers" VALUES('+441632960201',0,0,'',1793523600000000,'{"kind":"contact","id":"003000000000001AAA","name":"Grace Example"}','ada@example.com',1793523600000000);
CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash BLOB NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, hash)
);
INSERT INTO "recovery_codes" VALUES(1,X'800FCD777BEF70CD0AFE5B01385E9DD716C945BAB60174337C1919C2D324E8EB',0);
CREATE TABLE replay_items (
  replay_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'flying', 'done', 'passed')),
  outcome TEXT NOT NULL DEFAULT '',
  outcome_before TEXT NOT NULL,
  reason_before TEXT NOT NULL,
  task_before TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  task_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (replay_id, n)
);
INSERT INTO "replay_items" VALUES(1,1,4,'waiting','','skipped','flow_do_nothing','','','');
CREATE TABLE replays (
  id INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  rules TEXT NOT NULL CHECK (rules IN ('then', 'now')),
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('running', 'stopping', 'done', 'stopped')),
  total INTEGER NOT NULL,
  logged INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  other INTEGER NOT NULL DEFAULT 0
, kind TEXT NOT NULL DEFAULT 'cause', query TEXT NOT NULL DEFAULT '', plan TEXT NOT NULL DEFAULT '', passed INTEGER NOT NULL DEFAULT 0);
INSERT INTO "replays" VALUES(1,'','','','now','ada@example.com',1793524200000000,0,'running',1,0,0,0,'filter','/activity?outcome=skipped','p',0);
CREATE TABLE resets (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL
);
INSERT INTO "resets" VALUES(1,X'52499DF0724AE4B93834837F8AD1B3498C2AB3263C674EABF0ADE31818C26483',1793610000000000);
CREATE TABLE saved_views (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared INTEGER NOT NULL DEFAULT 0,
  saved_at INTEGER NOT NULL
);
INSERT INTO "saved_views" VALUES(1,'ada@example.com','Missed','outcome=failed',1,1793523600000000);
CREATE TABLE sessions (
  token TEXT PRIMARY KEY,
  data BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL DEFAULT 0,
  seen_at INTEGER NOT NULL DEFAULT 0,
  address TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT ''
);
INSERT INTO "sessions" VALUES('oldsession',X'64617461',1825059600000000,NULL,0,1793523600000000,'','');
CREATE TABLE settings (
  version INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  note TEXT NOT NULL
);
INSERT INTO "settings" VALUES(1,'{"version":1,"flows":{"inbound_answered":{"action":"completed"},"message_received":{"action":"completed"},"message_sent":{"action":"completed"},"missed":{"action":"in_progress"},"outbound_answered":{"action":"completed"},"outbound_unanswered":{"action":"completed"},"voicemail":{"action":"in_progress"}},"write_when":"complete","settle_seconds":10,"office_hours":{"log":"always","include_messages":true,"schedule":{"time_zone":"","week":{"fri":["09:00-18:00"],"mon":["09:00-18:00"],"thu":["09:00-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"]}}},"matching":{"order":["contact","lead","account","person_account"],"several":"newest","shared_number_over":0,"no_match":{"create":"none","when_none":"skip","last_name":"{number}","company":"Unknown ({number})"}},"related":{"attach":"none","create_case":false,"create_case_for_new_contacts":false,"for_accounts":false,"create_opportunity":false},"owner":{"fallback":["connection_user"]},"task":{"description":["waiting_time","talk_time","recording","voicemail","comments","tags","transfers","summary"]},"filters":{"lines":"all","ignore_agents":[],"ignore_numbers":[],"internal_calls":"skip","min_talk_seconds":0}}',1793523600000000,'','');
INSERT INTO "settings" VALUES(2,'{"version":1,"flows":{"inbound_answered":{"action":"completed"},"message_received":{"action":"completed"},"message_sent":{"action":"completed"},"missed":{"action":"in_progress"},"outbound_answered":{"action":"completed"},"outbound_unanswered":{"action":"completed"},"voicemail":{"action":"in_progress"}},"write_when":"complete","settle_seconds":5,"office_hours":{"log":"always","include_messages":true,"schedule":{"time_zone":"","week":{"fri":["09:00-18:00"],"mon":["09:00-18:00"],"thu":["09:00-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"]}}},"matching":{"order":["contact","lead","account","person_account"],"several":"newest","shared_number_over":0,"no_match":{"create":"none","when_none":"skip","last_name":"{number}","company":"Unknown ({number})"}},"related":{"attach":"none","create_case":false,"create_case_for_new_contacts":false,"for_accounts":false,"create_opportunity":false},"owner":{"fallback":["connection_user"]},"task":{"description":["waiting_time","talk_time","recording","voicemail","comments","tags","transfers","summary"]},"filters":{"lines":"all","ignore_agents":[],"ignore_numbers":[],"internal_calls":"skip","min_talk_seconds":0}}',1793523600000000,'ada@example.com','shorter');
CREATE TABLE setup (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL
);
INSERT INTO "setup" VALUES(1,X'01',1);
CREATE TABLE terms (
  term TEXT NOT NULL,
  entry_id INTEGER NOT NULL,
  PRIMARY KEY (term, entry_id)
) WITHOUT ROWID;
INSERT INTO "terms" VALUES('d:441632960201',1);
INSERT INTO "terms" VALUES('r:102069236144',1);
INSERT INTO "terms" VALUES('w:example',1);
INSERT INTO "terms" VALUES('w:grace',1);
INSERT INTO "terms" VALUES('d:441632960202',2);
INSERT INTO "terms" VALUES('r:202069236144',2);
INSERT INTO "terms" VALUES('w:example',2);
INSERT INTO "terms" VALUES('w:grace',2);
INSERT INTO "terms" VALUES('d:441632960203',3);
INSERT INTO "terms" VALUES('r:302069236144',3);
INSERT INTO "terms" VALUES('w:example',3);
INSERT INTO "terms" VALUES('w:grace',3);
INSERT INTO "terms" VALUES('d:441632960204',4);
INSERT INTO "terms" VALUES('r:402069236144',4);
INSERT INTO "terms" VALUES('w:example',4);
INSERT INTO "terms" VALUES('w:grace',4);
CREATE TABLE throttles (
  name TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL
);
INSERT INTO "throttles" VALUES('account:omar@example.com',0,1793523636000000);
INSERT INTO "throttles" VALUES('account:omar@example.com from 192.0.2.9',1,1793523600000000);
CREATE TABLE tries (
  id INTEGER PRIMARY KEY,
  entry_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  cause TEXT NOT NULL,
  at INTEGER NOT NULL,
  micros INTEGER NOT NULL,
  rules_version INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  steps TEXT NOT NULL,
  exchanges TEXT NOT NULL
);
INSERT INTO "tries" VALUES(1,1,1,'event',1793523660000000,1000000,2,'logged','completed_task','','[{"code":"number","result":"read","at":1793523660000000}]','[{"purpose":"create","method":"POST","path":"/composite/sobjects","status":200,"us":0,"at":"2026-11-01T09:01:00Z"}]');
INSERT INTO "tries" VALUES(2,2,1,'event',1793523780000000,1000000,2,'failed','refused','{"code":"FIELD_CUSTOM_VALIDATION_EXCEPTION","message":"of before"}','[{"code":"number","result":"read","at":1793523780000000}]','[{"purpose":"create","method":"POST","path":"/composite/sobjects","status":200,"us":0,"at":"2026-11-01T09:03:00Z"}]');
INSERT INTO "tries" VALUES(3,3,1,'event',1793523960000000,1000000,2,'needs_choice','several_records','{"count":"2"}','[{"code":"number","result":"read","at":1793523960000000}]','[{"purpose":"create","method":"POST","path":"/composite/sobjects","status":200,"us":0,"at":"2026-11-01T09:06:00Z"}]');
INSERT INTO "tries" VALUES(4,4,1,'event',1793524200000000,1000000,2,'skipped','flow_do_nothing','','[{"code":"number","result":"read","at":1793524200000000}]','[{"purpose":"create","method":"POST","path":"/composite/sobjects","status":200,"us":0,"at":"2026-11-01T09:10:00Z"}]');
CREATE TABLE two_steps (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL DEFAULT 0,
  last_step INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "two_steps" VALUES(1,'v1:AUTuMSwynGnoS0v5auaIvsn1EkxKzcQMzXYpLX0TY0y3sEBdHN4akqPsg13HwBadoQ',1793523600000000,1793523600000000,1);
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  password TEXT NOT NULL,
  locale TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
, deactivated_at INTEGER NOT NULL DEFAULT 0, seen_at INTEGER NOT NULL DEFAULT 0);
INSERT INTO "users" VALUES(1,'ada@example.com','Ada Admin','admin','$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbiBsZXR0ZXJzLg$V8dEJrJVnQ2S1rjvUXoJDTIYpd3VGFoDUs1bW1VQH4g','en',1793523600000000,0,0);
INSERT INTO "users" VALUES(2,'omar@example.com','Omar Viewer','viewer','$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbiBsZXR0ZXJzLg$V8dEJrJVnQ2S1rjvUXoJDTIYpd3VGFoDUs1bW1VQH4g','',1793523600000000,0,0);
CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  secret_hash BLOB NOT NULL UNIQUE,
  secret TEXT NOT NULL CHECK (secret LIKE 'v1:%'),
  token_hash BLOB,
  token TEXT NOT NULL CHECK (token = '' OR token LIKE 'v1:%'),
  remote_id TEXT NOT NULL DEFAULT '',
  active INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
);
INSERT INTO "webhooks" VALUES(1,'aircall',X'00EC0F92DB50E9D06F3DEFC7313ACCAAD2892CD046E5F2DCA896F4A8F78FA3D4','v1:AUTuMSy5Puvo7SJjMKXipEUwjbUdz2gIFKDON5AIlqZdAX1FVsXTywvdAz/o6s/x',X'B1D4C6786F293F6D352E6047BA9FDB5B80938E6899312562A019D4545D92FF29','v1:AUTuMSwIe9bgXwX5eyN1sjkU6iq4IpyahOM/oGn4ocrmIJ3hgSVCeJBYKSoeYryw0so','hook-1',1,1793523600000000);
CREATE INDEX deliveries_object ON deliveries (kind, object_id);
CREATE INDEX entries_due ON entries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX entries_outcome ON entries (outcome, started_at, id) WHERE outcome <> 'logged';
CREATE INDEX entries_task ON entries (task_id) WHERE task_id <> '';
CREATE INDEX entries_object ON entries (object_id);
CREATE INDEX tries_entry ON tries (entry_id, n);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE INDEX entries_attention ON entries (resolved_at, outcome, cause, started_at, id) WHERE cause <> '';
CREATE INDEX entries_replay ON entries (replay_id) WHERE replay_id > 0;
CREATE UNIQUE INDEX backfills_asked ON backfills (cause) WHERE cause = 'asked' AND state IN ('waiting', 'running');
CREATE INDEX audit_time ON audit (at, id, who, what, object);
CREATE INDEX audit_who ON audit (who, at, id, what, object);
CREATE INDEX audit_what ON audit (what, at, id, who, object);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX entries_started ON entries (started_at, id, outcome, reason, call_type, direction, line_id, agent_id, record_kind, rules_version, resolved_at);
CREATE INDEX entries_line ON entries (line_id, started_at, id, outcome, call_type, direction, agent_id, record_kind);
CREATE INDEX entries_agent ON entries (agent_id, started_at, id, outcome, call_type, direction, line_id, record_kind);
CREATE INDEX entries_type ON entries (call_type, started_at, id) WHERE call_type <> '';
CREATE INDEX entries_kind ON entries (record_kind, started_at, id) WHERE record_kind <> '';
CREATE INDEX entries_reason ON entries (reason, started_at, id) WHERE reason <> 'queued';
CREATE INDEX entries_rules ON entries (rules_version, started_at, id) WHERE rules_version > 0;
CREATE INDEX terms_entry ON terms (entry_id, term);
CREATE INDEX saved_views_owner ON saved_views (owner);
CREATE UNIQUE INDEX replays_cause ON replays (cause) WHERE state IN ('running', 'stopping') AND cause <> '';
CREATE UNIQUE INDEX replays_plan ON replays (plan) WHERE plan <> '';
CREATE INDEX replay_items_state ON replay_items (replay_id, state, outcome, n);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('goose_db_version',7);
INSERT INTO "sqlite_sequence" VALUES('invitations',1);
COMMIT;
