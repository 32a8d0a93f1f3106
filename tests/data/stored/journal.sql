-- A journal as the build before the renames of 2026-11 wrote it. One outcome, not_sent, was added by hand.
PRAGMA user_version = 5;
BEGIN TRANSACTION;
CREATE TABLE call (
        id         INTEGER PRIMARY KEY,
        plan       TEXT NOT NULL,
        step       INTEGER NOT NULL,
        method     TEXT NOT NULL,
        identity   TEXT,
        at         INTEGER NOT NULL,
        result     TEXT, -- empty while the call is in flight
        status     INTEGER,
        request_id TEXT,
        answered   INTEGER,
        FOREIGN KEY (plan, step) REFERENCES step (plan, place) ON DELETE CASCADE
    ) STRICT;
INSERT INTO "call" VALUES(1,'c6e954f0-9de4-4dda-8635-da47a57577db',0,'POST',NULL,1795988607183387314,'succeeded',200,NULL,1795988607231956101);
INSERT INTO "call" VALUES(2,'61d8f2c3-06c0-47c4-adcb-8f01b5f63973',0,'POST',NULL,1795988607428503427,'succeeded',200,NULL,1795988607454230437);
INSERT INTO "call" VALUES(3,'61d8f2c3-06c0-47c4-adcb-8f01b5f63973',0,'DELETE','c9ed9924-11bb-4661-9a44-bf355479a647',1795988607476601287,'succeeded',200,NULL,1795988607492638508);
INSERT INTO "call" VALUES(4,'7610d676-b4ff-463b-8dab-be4c52e526c2',0,'POST',NULL,1795988607682226120,'succeeded',200,NULL,1795988607691890100);
INSERT INTO "call" VALUES(5,'7610d676-b4ff-463b-8dab-be4c52e526c2',0,'DELETE','4635b1c1-0f75-4570-bb4e-be5f8d9e8be5',1795988607702913272,'refused',403,'20ef0ce3-7640-4859-b7c5-a7bd4567b949',1795988607705450962);
INSERT INTO "call" VALUES(6,'d5ffb735-f43f-45d2-bb0c-49e3abc3d7de',0,'DELETE','c3229a88-41de-49c5-993e-f843af443ab8',1795988619071611480,'succeeded',200,NULL,1795988619085391721);
INSERT INTO "call" VALUES(7,'d5ffb735-f43f-45d2-bb0c-49e3abc3d7de',1,'DELETE','5e075dda-d2a1-4bf7-8763-d50e95ee27be',1795988619086899886,'did_nothing',401,'9f927705-e288-4411-a99e-68e8547564bd',1795988619088661140);
INSERT INTO "call" VALUES(8,'591aa062-4c7c-4a72-a69f-d68fdc0d08e9',0,'POST',NULL,1795990960806144916,'unanswered',NULL,NULL,1795990991425013369);
INSERT INTO "call" VALUES(9,'eab197bf-8e4b-464d-b2fe-223af6b5af90',0,'POST',NULL,1795990961368290896,'succeeded',200,NULL,1795990961370306001);
INSERT INTO "call" VALUES(10,'eab197bf-8e4b-464d-b2fe-223af6b5af90',0,'DELETE','4e4d4aeb-18d5-4f49-a380-495387120ae8',1795990961372155278,'succeeded',200,NULL,1795990961373115580);
CREATE TABLE dismissed (
        tenancy TEXT NOT NULL,
        address TEXT NOT NULL,
        about   TEXT NOT NULL, -- the word of the problem's kind, and perhaps an identity
        PRIMARY KEY (tenancy, address, about)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "dismissed" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','case.sensitive@tallship.example','duplicate');
CREATE TABLE note (
        tenancy TEXT NOT NULL,
        address TEXT NOT NULL,
        note    TEXT NOT NULL,
        PRIMARY KEY (tenancy, address)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "note" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','case.sensitive@tallship.example','met in March');
CREATE TABLE plan (
        id      TEXT PRIMARY KEY,
        tenancy TEXT NOT NULL,
        made    INTEGER NOT NULL, -- nanoseconds since 1970
        state   TEXT NOT NULL
    , filter TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "plan" VALUES('c6e954f0-9de4-4dda-8635-da47a57577db','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795988607071146254,'finished','');
INSERT INTO "plan" VALUES('61d8f2c3-06c0-47c4-adcb-8f01b5f63973','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795988607391737892,'finished','');
INSERT INTO "plan" VALUES('7610d676-b4ff-463b-8dab-be4c52e526c2','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795988607658094736,'stopped','');
INSERT INTO "plan" VALUES('d5a825d1-b24a-478d-a54a-bb67269522a4','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795988611412068055,'dropped','');
INSERT INTO "plan" VALUES('d5ffb735-f43f-45d2-bb0c-49e3abc3d7de','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795988618548032219,'stopped','');
INSERT INTO "plan" VALUES('ed728f40-9287-4a71-981c-0d15ce705c7c','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795989231670954018,'staged','');
INSERT INTO "plan" VALUES('aa9d1899-6c99-40db-996a-153321aa1e59','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795990951884545204,'stopped','');
INSERT INTO "plan" VALUES('864445be-8e03-4bda-8b33-4a95070e7c1a','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795990960756186341,'stopped','');
INSERT INTO "plan" VALUES('591aa062-4c7c-4a72-a69f-d68fdc0d08e9','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795990960800948513,'stopped','');
INSERT INTO "plan" VALUES('eab197bf-8e4b-464d-b2fe-223af6b5af90','https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795990960859273770,'finished','');
CREATE TABLE snooze (
        tenancy       TEXT NOT NULL,
        address       TEXT NOT NULL,
        until         INTEGER, -- microseconds since 1970
        before_expiry INTEGER, -- seconds
        PRIMARY KEY (tenancy, address),
        CHECK ((until IS NULL) <> (before_expiry IS NULL))
    ) STRICT, WITHOUT ROWID;
INSERT INTO "snooze" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','ximena.kim@northwind.example',1795996800000000,NULL);
CREATE TABLE step (
        plan     TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
        place    INTEGER NOT NULL,
        verb     TEXT NOT NULL,
        address  TEXT NOT NULL, -- folded, to look it up
        identity TEXT,          -- of the invite that stops working
        step     TEXT NOT NULL, -- JSON: the step as it was confirmed
        progress TEXT NOT NULL, -- JSON: what is known of it
        outcome  TEXT,
        PRIMARY KEY (plan, place)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "step" VALUES('591aa062-4c7c-4a72-a69f-d68fdc0d08e9',0,'create','lost4.person@example.com',NULL,'{"verb":"create","draft":{"email":"lost4.person@example.com","message":""},"before":[]}','{"created":null,"verified":false,"old_deleted":false,"outcome":"unknown","note":"not in the list yet"}','unknown');
INSERT INTO "step" VALUES('61d8f2c3-06c0-47c4-adcb-8f01b5f63973',0,'resend','william.dupont@northwind.example','c9ed9924-11bb-4661-9a44-bf355479a647','{"verb":"resend","invite":{"identity":"c9ed9924-11bb-4661-9a44-bf355479a647","email":"william.dupont@northwind.example","message":"Hi William, access for the on-call rota.","expiry":"2026-12-05T09:45:12Z"},"before":[{"identity":"c9ed9924-11bb-4661-9a44-bf355479a647","expiry":"2026-12-05T09:45:12Z"}]}','{"created":{"identity":"f1565483-6144-47d9-89d7-125ecc7975d3","email":"william.dupont@northwind.example","message":"Hi William, access for the on-call rota.","expiry":"2026-12-09T21:43:27Z"},"verified":true,"old_deleted":true,"outcome":"done","note":null}','done');
INSERT INTO "step" VALUES('7610d676-b4ff-463b-8dab-be4c52e526c2',0,'resend','case.sensitive@tallship.example','4635b1c1-0f75-4570-bb4e-be5f8d9e8be5','{"verb":"resend","invite":{"identity":"4635b1c1-0f75-4570-bb4e-be5f8d9e8be5","email":"Case.Sensitive@tallship.example","message":"First try, with capitals.","expiry":"2026-12-01T03:43:24Z"},"before":[{"identity":"4635b1c1-0f75-4570-bb4e-be5f8d9e8be5","expiry":"2026-12-01T03:43:24Z"}]}','{"created":{"identity":"e0b30bbe-a9df-41fa-89d7-9d77c8877eab","email":"Case.Sensitive@tallship.example","message":"First try, with capitals.","expiry":"2026-12-09T21:43:27Z"},"verified":true,"old_deleted":false,"outcome":null,"note":null}',NULL);
INSERT INTO "step" VALUES('864445be-8e03-4bda-8b33-4a95070e7c1a',0,'create','lost3.person@example.com',NULL,'{"verb":"create","draft":{"email":"lost3.person@example.com","message":""},"before":[]}','{"created":null,"verified":false,"old_deleted":false,"outcome":null,"note":null}',NULL);
INSERT INTO "step" VALUES('aa9d1899-6c99-40db-996a-153321aa1e59',0,'create','lost.person@example.com',NULL,'{"verb":"create","draft":{"email":"lost.person@example.com","message":""},"before":[]}','{"created":null,"verified":false,"old_deleted":false,"outcome":null,"note":null}',NULL);
INSERT INTO "step" VALUES('c6e954f0-9de4-4dda-8635-da47a57577db',0,'create','new.person@example.com',NULL,'{"verb":"create","draft":{"email":"new.person@example.com","message":""},"before":[]}','{"created":{"identity":"a85714c0-ce74-4fd4-b2e9-43be16554386","email":"new.person@example.com","message":"","expiry":"2026-12-09T21:43:27Z"},"verified":false,"old_deleted":false,"outcome":"done","note":null}','done');
INSERT INTO "step" VALUES('d5a825d1-b24a-478d-a54a-bb67269522a4',0,'create','lost.person@example.com',NULL,'{"verb":"create","draft":{"email":"lost.person@example.com","message":""},"before":[]}','{"created":null,"verified":false,"old_deleted":false,"outcome":"not_sent","note":null}','not_sent');
INSERT INTO "step" VALUES('d5ffb735-f43f-45d2-bb0c-49e3abc3d7de',0,'delete','grace.jansen@harbourfreight.example','c3229a88-41de-49c5-993e-f843af443ab8','{"verb":"delete","invite":{"identity":"c3229a88-41de-49c5-993e-f843af443ab8","email":"grace.jansen@harbourfreight.example","message":"Hi Grace, new starter, first week. Please say hello!","expiry":"2026-12-02T11:21:33Z"}}','{"created":null,"verified":false,"old_deleted":true,"outcome":"done","note":null}','done');
INSERT INTO "step" VALUES('d5ffb735-f43f-45d2-bb0c-49e3abc3d7de',1,'delete','priya.dupont@acme.com','5e075dda-d2a1-4bf7-8763-d50e95ee27be','{"verb":"delete","invite":{"identity":"5e075dda-d2a1-4bf7-8763-d50e95ee27be","email":"priya.dupont@acme.com","message":"Hi Priya, please accept before Friday, the old portal closes then.","expiry":"2026-12-04T05:00:20Z"}}','{"created":null,"verified":false,"old_deleted":false,"outcome":null,"note":null}',NULL);
INSERT INTO "step" VALUES('d5ffb735-f43f-45d2-bb0c-49e3abc3d7de',2,'delete','kofi.lopez@ports.gov.example','da9738e8-c946-4293-a15a-8cbe0747bc78','{"verb":"delete","invite":{"identity":"da9738e8-c946-4293-a15a-8cbe0747bc78","email":"kofi.lopez@ports.gov.example","message":"Thanks for your patience! The first link had expired, this one should work.","expiry":"2026-12-05T14:58:43Z"}}','{"created":null,"verified":false,"old_deleted":false,"outcome":null,"note":null}',NULL);
INSERT INTO "step" VALUES('eab197bf-8e4b-464d-b2fe-223af6b5af90',0,'resend','kofi.vogel@northwind.example','4e4d4aeb-18d5-4f49-a380-495387120ae8','{"verb":"resend","invite":{"identity":"4e4d4aeb-18d5-4f49-a380-495387120ae8","email":"kofi.vogel@northwind.example","message":"Hi Kofi, external auditor, until the end of the year.","expiry":"2026-12-07T21:05:22Z"},"before":[{"identity":"4e4d4aeb-18d5-4f49-a380-495387120ae8","expiry":"2026-12-07T21:05:22Z"}]}','{"created":{"identity":"114cbe95-beee-45db-8b0e-3540e90cdf36","email":"kofi.vogel@northwind.example","message":"Hi Kofi, external auditor, until the end of the year.","expiry":"2026-12-09T22:22:41Z"},"verified":true,"old_deleted":false,"outcome":"old_still_lives","note":"the server reported a successful delete, but the invite still exists"}','old_still_lives');
INSERT INTO "step" VALUES('ed728f40-9287-4a71-981c-0d15ce705c7c',0,'delete','ben.baker@stahlbau-vogel.example','9be0a42c-6f2d-4b34-a3ad-53962e6e64b9','{"verb":"delete","invite":{"identity":"9be0a42c-6f2d-4b34-a3ad-53962e6e64b9","email":"ben.baker@stahlbau-vogel.example","message":"Invitation to the staging tenancy. Production follows after the training.","expiry":"2026-12-02T18:50:57Z"}}','{"created":null,"verified":false,"old_deleted":false,"outcome":null,"note":null}',NULL);
CREATE TABLE view (
        tenancy TEXT PRIMARY KEY,
        view    TEXT NOT NULL -- JSON
    ) STRICT, WITHOUT ROWID;
INSERT INTO "view" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','{"sort":"email","reversed":false,"columns":[{"column":"email","shown":true,"wider":0},{"column":"expiry","shown":true,"wider":0},{"column":"message","shown":true,"wider":0},{"column":"sent","shown":false,"wider":0},{"column":"identity","shown":false,"wider":0},{"column":"note","shown":false,"wider":0}]}');
CREATE TABLE walk (
        tenancy TEXT PRIMARY KEY,
        begun   TEXT NOT NULL,
        version INTEGER NOT NULL,
        walk    TEXT NOT NULL -- JSON
    ) STRICT, WITHOUT ROWID;
INSERT INTO "walk" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','2026-11-29T21:53:49.74100917Z',4,'{"begun":"2026-11-29T21:53:49.74100917Z","rows":["9be0a42c-6f2d-4b34-a3ad-53962e6e64b9","4635b1c1-0f75-4570-bb4e-be5f8d9e8be5","e0b30bbe-a9df-41fa-89d7-9d77c8877eab","5d103b8b-d091-4d23-9f26-95776652070f","da9738e8-c946-4293-a15a-8cbe0747bc78","4e4d4aeb-18d5-4f49-a380-495387120ae8","a85714c0-ce74-4fd4-b2e9-43be16554386","30894335-244f-404d-9ef9-26d0f2183f60","5e075dda-d2a1-4bf7-8763-d50e95ee27be","198c5605-12d3-445a-b24e-fa63f835cbb7","8837cc38-85a3-45f8-a29b-5bea62c2584b","f1565483-6144-47d9-89d7-125ecc7975d3"],"decisions":["delete",null,"resend",null,null,null,null,null,null,null,null,null],"at":3,"version":4,"staged":false}');
CREATE INDEX plan_by_tenancy ON plan (tenancy, made);
CREATE INDEX step_by_address ON step (address);
CREATE INDEX call_by_step ON call (plan, step);
COMMIT;
