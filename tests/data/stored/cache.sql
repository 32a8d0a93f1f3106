-- A cache as the build before the renames of 2026-11 wrote it.
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE invite (
        snapshot INTEGER NOT NULL,
        place    INTEGER NOT NULL,
        identity ANY NOT NULL, -- the sixteen bytes of a uuid, or text
        email    TEXT NOT NULL,
        message  TEXT NOT NULL,
        expiry   INTEGER, -- microseconds since 1970; empty where it is unknown
        PRIMARY KEY (snapshot, place)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "invite" VALUES(1,0,X'4635B1C10F754570BB4EBE5F8D9E8BE5','Case.Sensitive@tallship.example','First try, with capitals.',1796096604000000);
INSERT INTO "invite" VALUES(1,1,X'5E075DDAD2A14BF78763D50E95EE27BE','priya.dupont@acme.com','Hi Priya, please accept before Friday, the old portal closes then.',1796360420000000);
INSERT INTO "invite" VALUES(1,2,X'DA9738E8C9464293A15A8CBE0747BC78','kofi.lopez@ports.gov.example','Thanks for your patience! The first link had expired, this one should work.',1796482723000000);
INSERT INTO "invite" VALUES(1,3,X'9BE0A42C6F2D4B34A3AD53962E6E64B9','ben.baker@stahlbau-vogel.example','Invitation to the staging tenancy. Production follows after the training.',1796237457000000);
INSERT INTO "invite" VALUES(1,4,X'3AAC95F27C01442BA044DC1B0520B742','ximena.kim@northwind.example','Hi Ximena, good to have you with us. Documentation is under Help, questions go to the platform channel. Best regards, Helen',1796171085000000);
INSERT INTO "invite" VALUES(1,5,X'5D103B8BD0914D239F2695776652070F','daniel.vogel@northwind.example','Please accept before Friday, the old portal closes then.',1796759237000000);
INSERT INTO "invite" VALUES(1,6,X'8837CC3885A345F8A29B5BEA62C2584B','wendy.walker@acme.co','Welcome to the team, Wendy!',1796507004000000);
INSERT INTO "invite" VALUES(1,7,X'198C560512D3445AB24EFA63F835CBB7','quentin.evans@mail.riverbank.example','Hi Quentin, please use your work address when you sign in, private ones are refused.',1796392194000000);
INSERT INTO "invite" VALUES(1,8,X'4E4D4AEB18D54F49A380495387120AE8','kofi.vogel@northwind.example','Hi Kofi, external auditor, until the end of the year.',1796677522000000);
INSERT INTO "invite" VALUES(1,9,X'30894335244F404D9EF926D0F2183F60','oliver.abbott@northwind.example','Hi Oliver, for the pilot in the Bergen warehouse. Two weeks, read only. See you soon, Lena',1796794919000000);
INSERT INTO "invite" VALUES(1,10,X'A85714C0CE744FD4B2E943BE16554386','new.person@example.com','',1796852607000000);
INSERT INTO "invite" VALUES(1,11,X'F1565483614447D989D7125ECC7975D3','william.dupont@northwind.example','Hi William, access for the on-call rota.',1796852607000000);
INSERT INTO "invite" VALUES(1,12,X'E0B30BBEA9DF41FA89D79D77C8877EAB','Case.Sensitive@tallship.example','First try, with capitals.',1796852607000000);
CREATE TABLE kept (
        tenancy  TEXT NOT NULL,
        kept     TEXT NOT NULL, -- last, seen
        snapshot INTEGER NOT NULL REFERENCES snapshot (id),
        PRIMARY KEY (tenancy, kept)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "kept" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','last',1);
INSERT INTO "kept" VALUES('https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4','seen',1);
CREATE TABLE snapshot (
        id      INTEGER PRIMARY KEY,
        tenancy TEXT NOT NULL,
        at      INTEGER NOT NULL, -- microseconds since 1970
        count   INTEGER NOT NULL
    ) STRICT;
INSERT INTO "snapshot" VALUES(1,'https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4',1795988619366807,13);
COMMIT;
