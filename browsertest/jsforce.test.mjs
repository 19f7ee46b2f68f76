// Drives a simulated Salesforce org with jsforce, a client by other people:
// what it understands, the simulator says right.
//
//   SIM_SALESFORCE_URL=http://127.0.0.1:8090 node --test jsforce.test.mjs
//
// The org may hold other records; nothing here depends on its being empty, but
// the switches of /_sim/ are used, so point it at no org that others rely on.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import jsforce from 'jsforce';

const base = process.env.SIM_SALESFORCE_URL;
const skip = base ? false : 'SIM_SALESFORCE_URL is not set';
const callback = 'http://127.0.0.1:8080/connections/salesforce/callback';
const user = process.env.SIM_SALESFORCE_USER ?? 'integration@example.com';
const password = process.env.SIM_SALESFORCE_PASSWORD ?? 'ringledger-demo-1';
const clientId = process.env.SIM_SALESFORCE_CLIENT_ID ?? 'consumer-key';
const clientSecret = process.env.SIM_SALESFORCE_CLIENT_SECRET ?? 'consumer-secret';
const mark = randomBytes(6).toString('hex');

let conn;
let tokens;

// consent plays the person at the browser and gives the URL the org sends it back to.
async function consent(url) {
  const post = (fields, cookie) => fetch(url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers: cookie ? { cookie } : {},
  });
  const signedIn = await post({ username: user, password });
  assert.equal(signedIn.status, 303);
  const cookie = signedIn.headers.get('set-cookie').split(';')[0];
  const page = await fetch(url, { headers: { cookie } });
  assert.match(await page.text(), /Allow access\?/);
  const allowed = await post({ decision: 'allow' }, cookie);
  assert.equal(allowed.status, 302);
  return new URL(allowed.headers.get('location'));
}

const sim = (method, path, body) => fetch(`${base}/_sim/${path}`, { method, body: body && JSON.stringify(body) });

const contacts = (n, from = 0) => Array.from({ length: n }, (_, i) => ({
  FirstName: mark, LastName: `Person ${String(from + i).padStart(4, '0')}`, Phone: '+1 202 555 0142',
}));

before(async () => {
  if (!base) return;
  const oauth2 = new jsforce.OAuth2({ loginUrl: base, clientId, clientSecret, redirectUri: callback });
  const verifier = randomBytes(48).toString('base64url');
  const url = oauth2.getAuthorizationUrl({
    scope: 'api refresh_token id', state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const back = await consent(url);
  assert.equal(back.searchParams.get('state'), 'state-1');
  tokens = await oauth2.requestToken(back.searchParams.get('code'), { code_verifier: verifier });
  conn = new jsforce.Connection({
    oauth2, instanceUrl: tokens.instance_url, accessToken: tokens.access_token, refreshToken: tokens.refresh_token, version: '66.0',
  });
});

test('the web-server flow gives what Salesforce gives', { skip }, () => {
  assert.equal(tokens.instance_url, new URL(base).origin);
  assert.match(tokens.issued_at, /^\d{13}$/);
  assert.equal(tokens.expires_in, undefined);
  assert.match(tokens.id, /\/id\/00D\w{15}\/005\w{15}$/);
});

test('identity names the user', { skip }, async () => {
  const identity = await conn.identity();
  assert.equal(identity.username, user);
  assert.match(identity.organization_id, /^00D/);
});

test('one record is created, read, changed and deleted', { skip }, async () => {
  const made = await conn.sobject('Contact').create(contacts(1)[0]);
  assert.equal(made.success, true);
  assert.match(made.id, /^003\w{15}$/);
  await conn.sobject('Contact').update({ Id: made.id, Email: `${mark}@example.com` });
  const read = await conn.sobject('Contact').retrieve(made.id);
  assert.equal(read.Email, `${mark}@example.com`);
  assert.equal(read.Name, `${mark} Person 0000`);
  assert.equal(read.attributes.type, 'Contact');
  await conn.sobject('Contact').destroy(made.id);
  await assert.rejects(conn.sobject('Contact').retrieve(made.id), { errorCode: 'ENTITY_IS_DELETED' });
});

test('two hundred records are one API request', { skip }, async () => {
  await conn.query('SELECT Id FROM Organization');
  const used = conn.limitInfo.apiUsage.used;
  const made = await conn.sobject('Contact').create(contacts(200));
  assert.equal(made.length, 200);
  assert.ok(made.every((row) => row.success && row.id));
  assert.equal(conn.limitInfo.apiUsage.used, used + 1);
  const changed = await conn.sobject('Contact').update(made.map((row) => ({ Id: row.id, Title: 'Buyer' })));
  assert.ok(changed.every((row) => row.success));
});

test('a bad row fails alone, with its reason', { skip }, async () => {
  const [good, bad] = await conn.sobject('Contact').create([contacts(1, 9000)[0], { FirstName: mark }]);
  assert.equal(good.success, true);
  assert.equal(bad.success, false);
  assert.equal(bad.id, undefined);
  assert.equal(bad.errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
  assert.deepEqual(bad.errors[0].fields, ['LastName']);
});

test('long answers come in pages', { skip }, async () => {
  await conn.sobject('Contact').create(contacts(450, 1000), { allowRecursive: true });
  const where = `FirstName = '${mark}' AND LastName LIKE 'Person 1%' AND IsDeleted = false`;
  const first = await conn.query(`SELECT Id, LastName FROM Contact WHERE ${where} ORDER BY LastName`, { headers: { 'Sforce-Query-Options': 'batchSize=200' } });
  assert.equal(first.totalSize, 450);
  assert.equal(first.records.length, 200);
  assert.equal(first.done, false);
  const second = await conn.queryMore(first.nextRecordsUrl);
  const third = await conn.queryMore(second.nextRecordsUrl);
  assert.equal(third.done, true);
  const names = [...first.records, ...second.records, ...third.records].map((r) => r.LastName);
  assert.equal(new Set(names).size, 450);
});

test('related records are nested', { skip }, async () => {
  const account = await conn.sobject('Account').create({ Name: `Account ${mark}` });
  await conn.sobject('Contact').create({ LastName: 'Nested', FirstName: mark, AccountId: account.id });
  const found = await conn.query(`SELECT Id, Account.Name, Owner.Name FROM Contact WHERE FirstName = '${mark}' AND LastName = 'Nested'`);
  assert.equal(found.records[0].Account.Name, `Account ${mark}`);
});

test('search finds numbers by their digits', { skip }, async () => {
  const made = await conn.sobject('Lead').create({ LastName: mark, Company: 'X', Phone: '(202) 555-0177' });
  const found = await conn.search('FIND {2025550177 OR 12025550177} IN PHONE FIELDS RETURNING Lead(Id, Name, Phone WHERE IsConverted = false ORDER BY LastModifiedDate DESC)');
  assert.ok(found.searchRecords.some((r) => r.Id === made.id && r.attributes.type === 'Lead'));
  await assert.rejects(conn.search('FIND {+12025550177} IN PHONE FIELDS RETURNING Lead(Id)'), { errorCode: 'MALFORMED_SEARCH' });
});

test('describe tells lengths, picklists and what may be written', { skip }, async () => {
  const task = await conn.sobject('Task').describe();
  const field = Object.fromEntries(task.fields.map((f) => [f.name, f]));
  assert.equal(field.Subject.length, 255);
  assert.equal(field.Description.length, 32000);
  assert.equal(field.IsClosed.createable, false);
  assert.equal(field.TaskSubtype.updateable, false);
  assert.equal(field.CallType.restrictedPicklist, true);
  assert.deepEqual(field.WhoId.referenceTo, ['Contact', 'Lead']);
  assert.ok(field.Status.picklistValues.some((v) => v.value === 'Completed'));
  const global = await conn.describeGlobal();
  assert.ok(global.sobjects.some((s) => s.name === 'OpportunityContactRole'));
});

test('a composite uses earlier answers and counts once', { skip }, async () => {
  const used = conn.limitInfo.apiUsage.used;
  const v = '/services/data/v66.0';
  const answer = await conn.requestPost(`${v}/composite`, {
    allOrNone: true,
    compositeRequest: [
      { method: 'POST', url: `${v}/sobjects/Contact`, referenceId: 'c1', body: { LastName: 'Composite', FirstName: mark } },
      { method: 'POST', url: `${v}/sobjects/Task`, referenceId: 't1', body: { Subject: 'Call', WhoId: '@{c1.id}', Status: 'Completed', CallObject: `aircall:${mark}` } },
    ],
  });
  assert.deepEqual(answer.compositeResponse.map((r) => r.httpStatusCode), [201, 201]);
  assert.equal(conn.limitInfo.apiUsage.used, used + 1);
  const task = await conn.query(`SELECT Id, IsClosed, WhoId, Who.Name FROM Task WHERE CallObject = 'aircall:${mark}'`);
  assert.equal(task.records[0].IsClosed, true);
  assert.equal(task.records[0].WhoId, answer.compositeResponse[0].body.id);
  assert.equal(task.records[0].Who.Name, `${mark} Composite`);
});

test('mistakes carry the codes of Salesforce', { skip }, async () => {
  await assert.rejects(conn.query('SELECT Id FORM Task'), { errorCode: 'MALFORMED_QUERY' });
  await assert.rejects(conn.query('SELECT Nope FROM Task'), { errorCode: 'INVALID_FIELD' });
  await assert.rejects(conn.sobject('Nope').create({ Name: 'x' }), { errorCode: 'NOT_FOUND' });
  await assert.rejects(conn.sobject('Task').create({ Nope: 'x' }), { errorCode: 'INVALID_FIELD', message: "No such column 'Nope' on sobject of type Task" });
  await assert.rejects(conn.sobject('Task').create({ Subject: 'x'.repeat(256) }), { errorCode: 'STRING_TOO_LONG' });
});

test('an expired session is refreshed once, also for many requests at a time', { skip }, async () => {
  let refreshed = 0;
  conn.on('refresh', () => { refreshed += 1; });
  await sim('POST', 'faults', { kind: 'expire_sessions' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => conn.query('SELECT Id FROM Organization')));
  assert.ok(answers.every((a) => a.totalSize === 1));
  assert.equal(refreshed, 1);
  assert.notEqual(conn.accessToken, tokens.access_token);
});

test('the daily limit and a down org are refused in their own ways', { skip }, async () => {
  await sim('POST', 'faults', { kind: 'request_limit', count: 1 });
  await assert.rejects(conn.sobject('Task').create({ Subject: 'x' }), { errorCode: 'REQUEST_LIMIT_EXCEEDED' });
  await sim('POST', 'faults', { kind: 'lock_row', object: 'Task', count: 1 });
  await assert.rejects(conn.sobject('Task').create({ Subject: 'x' }), { errorCode: 'UNABLE_TO_LOCK_ROW' });
  await sim('POST', 'faults', { kind: 'answer', status: 503, code: 'SERVER_UNAVAILABLE', message: 'down', count: 1, method: 'POST' });
  await assert.rejects(conn.sobject('Task').create({ Subject: 'x' }), { errorCode: 'SERVER_UNAVAILABLE' });
});
