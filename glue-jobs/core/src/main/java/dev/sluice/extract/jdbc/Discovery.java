package dev.sluice.extract.jdbc;

import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.TargetNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a database's own catalog and writes a complete table item for each table in it. */
public final class Discovery {

    /**
     * What to look for.
     *
     * @param include patterns of {@code schema.table}, or of the table alone, with {@code *} and {@code ?}; empty for all
     * @param exclude patterns of what to leave out again
     * @param relations whether views count
     * @param loadTarget a target source item that each table is to be loaded into, under its own name
     */
    public record Request(
            List<String> include, List<String> exclude, Relations relations, Optional<LoadTarget> loadTarget) {

        /** Every table, loaded nowhere. */
        public static final Request ALL_TABLES = new Request(List.of(), List.of(), Relations.TABLES, Optional.empty());

        public Request {
            include = List.copyOf(include);
            exclude = List.copyOf(exclude);
            Objects.requireNonNull(relations, "relations");
            Objects.requireNonNull(loadTarget, "loadTarget");
        }
    }

    /** Which relations are tables to Sluice. */
    public enum Relations {
        /** Tables; a partitioned one counts once. */
        TABLES,
        /** Views, materialized or not, and foreign tables too. */
        TABLES_AND_VIEWS
    }

    /** A target source item and the schema in it. */
    public record LoadTarget(String target, String schema) {
        public LoadTarget {
            Objects.requireNonNull(target, "target");
            Objects.requireNonNull(schema, "schema");
        }
    }

    /**
     * One item per relation that the role may read, by schema and name. Tables of the schema public, or of the database
     * that the URL of MySQL names, keep their names;
     * others are named schema_table. Throws {@code SOURCE_UNREACHABLE} or {@code CREDENTIALS_REJECTED}.
     */
    public List<Discovered> discover(SourceSettings source, JdbcEndpoint endpoint, Request request) {
        Dialect dialect = Dialect.of(endpoint);
        try (Connection connection = Databases.open(endpoint, Databases.Purpose.READ)) {
            Optional<String> defaultSchema = dialect.defaultSchema(connection);
            List<Discovered> found = new ArrayList<>();
            Set<String> taken = new HashSet<>();
            for (Relation.Table relation : relations(connection, dialect, request)) {
                String name = free(
                        TargetNames.tableFor(
                                defaultSchema.equals(Optional.of(relation.schema()))
                                        ? relation.name()
                                        : relation.schema() + "_" + relation.name()),
                        taken);
                found.add(describe(
                        connection, dialect, new TableName(source.source(), name), relation, request.loadTarget()));
            }
            return found;
        } catch (SQLException failure) {
            throw SqlFailures.of("discover tables of source " + source.source(), endpoint, failure);
        }
    }

    private static List<Relation.Table> relations(Connection connection, Dialect dialect, Request request)
            throws SQLException {
        List<Relation.Table> relations = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.relations(request.relations()))) {
            while (rows.next()) {
                Relation.Table relation = new Relation.Table(rows.getString(1), rows.getString(2));
                boolean included = request.include().isEmpty() || matches(request.include(), relation);
                if (included && !matches(request.exclude(), relation)) {
                    relations.add(relation);
                }
            }
        }
        return relations;
    }

    private static boolean matches(List<String> patterns, Relation.Table relation) {
        return patterns.stream().anyMatch(pattern -> {
            String text = pattern.contains(".") ? relation.toString() : relation.name();
            String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
            return text.matches(expression);
        });
    }

    private static Discovered describe(
            Connection connection,
            Dialect dialect,
            TableName name,
            Relation.Table relation,
            Optional<LoadTarget> loadTarget)
            throws SQLException {
        RelationFacts facts = dialect.describe(connection, name, relation);
        List<String> warnings = new ArrayList<>();
        Map<String, String> targets = targetNames(facts);
        List<ColumnSettings> columns = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (RelationFacts.ColumnFacts column : facts.columns()) {
            TypeMapping mapping = column.mapping();
            boolean key = facts.primaryKey().contains(column.name());
            columns.add(new ColumnSettings(
                    targets.get(column.name()),
                    mapping.natural(),
                    !key && column.nullability() == SourceColumn.Nullability.NULLABLE,
                    column.name(),
                    Optional.empty(),
                    Optional.empty()));
            mapping.note().ifPresent(note -> notes.add("Column " + column.name() + ": " + note));
        }
        boolean keyed = !facts.primaryKey().isEmpty();
        Optional<BookmarkChoice> choice =
                keyed ? BookmarkChoice.find(facts, dialect.history(connection, relation, facts)) : Optional.empty();
        String reason = choice.map(BookmarkChoice::reason)
                .orElse(
                        keyed
                                ? "Read in full: no column says when a row was last changed"
                                : "Read in full and replaced: without a primary key a changed row cannot find its earlier state");
        if (!keyed) {
            warnings.add("There is no primary key. Add one, or name curate.primary-key, to merge changes only");
        } else if (choice.isEmpty()) {
            warnings.add("There is no bookmark column, so each run reads everything."
                    + " Add an indexed updated_at that a trigger sets, or name extract.bookmark.columns");
        }
        choice.ifPresent(found -> warnings.addAll(found.warnings()));
        warnings.addAll(notes);
        TableSettings settings = new TableSettings(
                name,
                SettingsParser.VERSION,
                new ExtractSettings(
                        relation,
                        Optional.empty(),
                        choice.isPresent() ? ExtractSettings.Strategy.INCREMENTAL : ExtractSettings.Strategy.FULL,
                        choice.map(found -> new BookmarkSettings(
                                found.columns(),
                                BookmarkSettings.Engine.SLUICE,
                                BookmarkSettings.StampedBy.SERVER,
                                Duration.ZERO,
                                BookmarkSettings.DEFAULT_SETTLE)),
                        OptionalInt.empty(),
                        ExtractSettings.DEFAULT_FETCH_SIZE),
                new SchemaSettings(
                        columns,
                        SchemaSettings.DEFAULT_NEW_COLUMNS,
                        SchemaSettings.DEFAULT_DRIFT,
                        SchemaSettings.DEFAULT_DRIFT),
                new CurateSettings(
                        keyed ? CurateSettings.Mode.MERGE : CurateSettings.Mode.REPLACE,
                        facts.primaryKey().stream().map(targets::get).toList(),
                        choice.map(found -> found.columns().stream()
                                        .map(targets::get)
                                        .toList())
                                .orElse(List.of()),
                        List.of(),
                        List.of()),
                loadTarget
                        .map(target -> List.of(new LoadSettings(
                                target.target(),
                                target.schema(),
                                name.table(),
                                keyed ? LoadSettings.Mode.UPSERT : LoadSettings.Mode.REPLACE)))
                        .orElse(List.of()),
                new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
        return new Discovered(relation, settings, reason, warnings);
    }

    private static Map<String, String> targetNames(RelationFacts facts) {
        Map<String, String> targets = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (RelationFacts.ColumnFacts column : facts.columns()) {
            targets.put(column.name(), free(TargetNames.columnFor(column.name()), taken));
        }
        return targets;
    }

    /** The name itself, or with the first free number behind it. */
    private static String free(String name, Set<String> taken) {
        String free = name;
        for (int number = 2; !taken.add(free); number++) {
            String suffix = "_" + number;
            free = name.substring(0, Math.min(name.length(), 63 - suffix.length())) + suffix;
        }
        return free;
    }
}
