package dev.sluice.settings;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a source item. */
final class SourceReader {

    private static final String JDBC_PREFIX = "jdbc:";
    private static final int POSTGRESQL_PORT = 5432;
    private static final int MYSQL_PORT = 3306;
    private static final int GLUE_CONNECTION_MAX_LENGTH = 255;

    /** A bucket with or without a prefix, or an absolute path; no empty part, and none that leads upwards. */
    private static final Pattern FOLDER =
            Pattern.compile("s3://[a-z0-9][a-z0-9.-]+(/(?!\\.\\.?(/|$))[^/]+)*|(/(?!\\.\\.?(/|$))[^/]+)+");

    private SourceReader() {}

    static Optional<SourceSettings> read(Object tree, Problems problems) {
        return ObjectReader.of(tree, "", Keys.OF_SOURCE_ITEM, problems).flatMap(item -> {
            String source = ItemHeader.source(item, problems);
            int version = ItemHeader.version(item);
            item.require(Keys.KIND, "Say what the system is: " + Words.of(SourceKind.values()) + ".");
            Optional<SourceKind> kind = item.choice(Keys.KIND, SourceKind.values());
            item.require(
                    Keys.CONNECTION,
                    "Give {jdbc-url, secret}, {glue-connection} or {path}, or for kind: kafka {bootstrap-servers}, for kind: http {url}.");
            Optional<ConnectionSettings> connection =
                    item.object(Keys.CONNECTION, Keys.OF_CONNECTION).flatMap(reader -> connection(reader, kind));
            ZoneId timeZone = item.text(Keys.TIME_ZONE)
                    .map(zone -> timeZone(item, zone))
                    .orElse(SourceSettings.DEFAULT_TIME_ZONE);
            int maxConcurrentTables =
                    item.integer(Keys.MAX_CONCURRENT_TABLES, 1).orElse(SourceSettings.DEFAULT_MAX_CONCURRENT_TABLES);
            return kind.flatMap(known -> connection.map(
                    reached -> new SourceSettings(source, version, known, reached, timeZone, maxConcurrentTables)));
        });
    }

    private static Optional<ConnectionSettings> connection(ObjectReader reader, Optional<SourceKind> kind) {
        if (kind.equals(Optional.of(SourceKind.KAFKA))) {
            refuse(reader, HttpConnectionReader.OWN, "http");
            return KafkaConnectionReader.read(reader);
        }
        refuse(reader, KafkaConnectionReader.OWN, "kafka");
        if (kind.equals(Optional.of(SourceKind.HTTP))) {
            return HttpConnectionReader.read(reader);
        }
        refuse(reader, HttpConnectionReader.OWN, "http");
        if (kind.equals(Optional.of(SourceKind.FILES))) {
            return folder(reader);
        }
        if (reader.has(Keys.PATH)) {
            reader.problem(Keys.PATH, "Is for kind: files only.", "Leave path out, or write kind: files.");
        }
        if (reader.has(Keys.JDBC_URL) == reader.has(Keys.GLUE_CONNECTION)) {
            reader.problem(
                    Keys.JDBC_URL,
                    "Exactly one of jdbc-url and glue-connection must be given.",
                    "Give jdbc-url with a secret, or the name of a Glue connection.");
            return Optional.empty();
        }
        Optional<String> secret = reader.text(Keys.SECRET);
        if (reader.has(Keys.GLUE_CONNECTION)) {
            if (reader.has(Keys.SECRET)) {
                reader.problem(Keys.SECRET, "A Glue connection names its own secret.", "Leave secret out.");
            }
            return reader.text(Keys.GLUE_CONNECTION).map(name -> {
                if (name.length() > GLUE_CONNECTION_MAX_LENGTH) {
                    reader.problem(
                            Keys.GLUE_CONNECTION,
                            "Has " + name.length() + " characters, and Glue takes " + GLUE_CONNECTION_MAX_LENGTH + ".",
                            "Correct the name.");
                }
                return new ConnectionSettings.Glue(name);
            });
        }
        return reader.text(Keys.JDBC_URL).map(url -> {
            checkUrl(reader, url, kind);
            return new ConnectionSettings.Jdbc(url, secret);
        });
    }

    private static void refuse(ObjectReader reader, List<String> keys, String kind) {
        for (String key : keys) {
            if (reader.has(key)) {
                reader.problem(
                        key,
                        "Goes with kind: " + kind + " only.",
                        "Leave " + key + " out, or write kind: " + kind + ".");
            }
        }
    }

    private static Optional<ConnectionSettings> folder(ObjectReader reader) {
        reader.require(Keys.PATH, "Give s3://bucket/prefix, or the absolute path of a folder.");
        for (String key : List.of(Keys.JDBC_URL, Keys.SECRET, Keys.GLUE_CONNECTION)) {
            if (reader.has(key)) {
                reader.problem(
                        key, "Is for databases only.", "Leave " + key + " out: the role of the job reads files.");
            }
        }
        return reader.text(Keys.PATH).map(path -> {
            if (!FOLDER.matcher(path).matches()) {
                reader.problem(
                        Keys.PATH,
                        "Is no place for files: " + path + ".",
                        "Write s3://bucket/prefix or /folder, without a slash at the end.");
            }
            return new ConnectionSettings.Folder(path);
        });
    }

    /** The problems quote no part of the URL: it may hold a password. */
    private static void checkUrl(ObjectReader reader, String url, Optional<SourceKind> kind) {
        if (Credentials.areIn(url)) {
            reader.problem(Keys.JDBC_URL, "Holds a user or a password.", Credentials.REMEDY);
        }
        String prefix = kind.map(SourceReader::prefix).orElse(JDBC_PREFIX);
        if (!url.startsWith(prefix)
                || url.length() == prefix.length()
                || url.chars().anyMatch(Character::isWhitespace)) {
            reader.problem(
                    Keys.JDBC_URL,
                    "Is no JDBC URL of this kind of source.",
                    "Write it like " + prefix + example(kind) + ".");
        }
    }

    private static String prefix(SourceKind kind) {
        return JDBC_PREFIX + Words.of(kind) + (kind == SourceKind.ORACLE ? ":thin:" : ":");
    }

    /** What follows the prefix; where there is no kind, PostgreSQL's form is not assumed. */
    private static String example(Optional<SourceKind> kind) {
        if (kind.isEmpty()) {
            return "//host:" + MYSQL_PORT + "/database";
        }
        return switch (kind.get()) {
            case POSTGRESQL -> "//host:" + POSTGRESQL_PORT + "/database";
            case SQLSERVER -> "//host:1433;databaseName=database";
            case ORACLE -> "@//host:1521/service";
            case MYSQL, MARIADB, FILES, KAFKA, HTTP -> "//host:" + MYSQL_PORT + "/database";
        };
    }

    private static ZoneId timeZone(ObjectReader item, String zone) {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            item.problem(
                    Keys.TIME_ZONE,
                    "Is no time zone: " + zone + ".",
                    Words.nearest(zone, ZoneId.getAvailableZoneIds())
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("Write a name like Europe/Copenhagen, or UTC."));
            return ZoneOffset.UTC;
        }
    }
}
