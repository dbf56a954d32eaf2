package dev.sluice.testing.mysql;

import dev.sluice.database.DatabaseKind;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.jdbc.JdbcExtractor;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.MariaDbServer;
import java.time.ZoneId;
import java.util.Optional;

/** A database of MariaDB as the source {@code shop}. */
final class MysqlSource {

    final Database database = MariaDbServer.newDatabase("shop");

    static SourceSettings settings(ZoneId zone) {
        return new SourceSettings(
                "shop",
                1,
                SourceKind.MYSQL,
                new ConnectionSettings.Jdbc("jdbc:mysql://localhost/shop", Optional.empty()),
                zone,
                2);
    }

    /** An item of a table of this database. */
    Items item(String table) {
        return Items.table("shop/" + table).relation(database.table(table));
    }

    Extraction open(Items item) {
        return open(item, database, ZoneId.of("UTC"));
    }

    static Extraction open(Items item, Database as, ZoneId zone) {
        return new JdbcExtractor().open(settings(zone), any -> as.endpoint(), item.build());
    }

    /** A role that may read everything, and has no password. */
    Database role(String name, String... privileges) {
        String role = DatabaseKind.MYSQL.literal(name) + "@'%'";
        database.execute("CREATE OR REPLACE USER " + role + "; GRANT SELECT ON *.* TO " + role);
        for (String privilege : privileges) {
            database.execute("GRANT " + privilege + " ON *.* TO " + role);
        }
        return MariaDbServer.as(database, name, "");
    }
}
