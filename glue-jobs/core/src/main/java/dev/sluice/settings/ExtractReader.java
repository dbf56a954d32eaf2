package dev.sluice.settings;

import dev.sluice.settings.BookmarkSettings.Engine;
import dev.sluice.settings.BookmarkSettings.StampedBy;
import dev.sluice.settings.ExtractSettings.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads {@code extract}. */
final class ExtractReader {

    /** Stands for what could not be read; a problem says so, and the record that holds it is thrown away. */
    private static final String UNREAD = "unread";

    private static final Pattern SELECT =
            Pattern.compile("\\s*(select|with)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final ObjectReader reader;
    private final Problems problems;

    private ExtractReader(ObjectReader reader, Problems problems) {
        this.reader = reader;
        this.problems = problems;
    }

    /**
     * @param settings what was read
     * @param wanted the strategy that was asked for; differs from the one in {@code settings} where that lacks its
     *     bookmark or has one too many
     */
    record Draft(ExtractSettings settings, Strategy wanted) {}

    static Draft read(ObjectReader reader, Problems problems) {
        return new ExtractReader(reader, problems).read();
    }

    private Draft read() {
        if (reader.has(Keys.TOPIC) || reader.has(Keys.FORMAT)) {
            return new TopicReader(reader).read();
        }
        if (reader.has(Keys.FILES) && !reader.has(Keys.HTTP)) {
            return files();
        }
        if (reader.has(Keys.HTTP)) {
            for (String key : HttpReader.NOT_FOR_ENDPOINTS) {
                if (reader.has(key)) {
                    reader.problem(key, "Is not for endpoints.", "Leave " + key + " out.");
                }
            }
        }
        Optional<HttpSettings> http = reader.object(Keys.HTTP, Keys.OF_HTTP).map(HttpReader::read);
        Relation relation = http.<Relation>map(Relation.Http::new)
                .orElseGet(() -> reader.has(Keys.HTTP) ? new Relation.Query(UNREAD) : relation());
        Optional<String> filter = reader.text(Keys.FILTER);
        filter.ifPresent(sql -> checkNoSemicolon(reader, Keys.FILTER, sql));
        Optional<BookmarkSettings> bookmark =
                reader.object(Keys.BOOKMARK, Keys.OF_BOOKMARK).map(this::bookmark);
        Strategy implied = reader.has(Keys.BOOKMARK) ? Strategy.INCREMENTAL : Strategy.FULL;
        Strategy wanted = reader.choice(Keys.STRATEGY, Strategy.values()).orElse(implied);
        if (wanted != implied) {
            if (wanted == Strategy.INCREMENTAL) {
                reader.problem(
                        Keys.BOOKMARK,
                        "Is missing: an incremental strategy needs one.",
                        "Name the column that says which rows are new, or write strategy: full.");
            } else {
                reader.problem(
                        Keys.BOOKMARK,
                        "A full strategy has no bookmark.",
                        "Remove the bookmark, or write strategy: incremental.");
            }
        }
        http.ifPresent(settings -> HttpReader.check(reader, settings, implied));
        Optional<Integer> parallelism = reader.integer(Keys.PARALLELISM, 1);
        int fetchSize = reader.integer(Keys.FETCH_SIZE, 1).orElse(ExtractSettings.DEFAULT_FETCH_SIZE);
        return new Draft(
                new ExtractSettings(
                        relation,
                        filter,
                        bookmark.isPresent() ? Strategy.INCREMENTAL : Strategy.FULL,
                        bookmark,
                        parallelism.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                        fetchSize),
                wanted);
    }

    /** Of files each is read once, and the number of the batch that took it is their bookmark. */
    private Draft files() {
        for (String key :
                List.of(Keys.RELATION, Keys.QUERY, Keys.FILTER, Keys.STRATEGY, Keys.BOOKMARK, Keys.FETCH_SIZE)) {
            if (reader.has(key)) {
                reader.problem(
                        key, "Is for databases only.", "Leave " + key + " out: files are told by their identity.");
            }
        }
        Optional<FileSettings> files = reader.object(Keys.FILES, Keys.OF_FILES).map(FilesReader::read);
        Optional<Integer> parallelism = reader.integer(Keys.PARALLELISM, 1);
        return new Draft(
                new ExtractSettings(
                        files.<Relation>map(Relation.Files::new).orElse(new Relation.Query(UNREAD)),
                        Optional.empty(),
                        Strategy.INCREMENTAL,
                        Optional.of(BookmarkSettings.OF_FILES),
                        parallelism.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                        ExtractSettings.DEFAULT_FETCH_SIZE),
                Strategy.INCREMENTAL);
    }

    private Relation relation() {
        if (reader.has(Keys.RELATION) == reader.has(Keys.QUERY)) {
            reader.problem(
                    Keys.RELATION,
                    "Exactly one of relation, query, topic, files and http must be given.",
                    "Give the table or view as schema.table, a SELECT statement, a topic, a folder of files, or an endpoint.");
        }
        Optional<Relation> table = reader.text(Keys.RELATION).flatMap(this::table);
        Optional<Relation> query = reader.text(Keys.QUERY).map(this::query);
        return table.or(() -> query).orElse(new Relation.Query(UNREAD));
    }

    private Optional<Relation> table(String text) {
        Optional<QualifiedName> name = QualifiedName.find(text);
        if (name.isEmpty()) {
            reader.problem(
                    Keys.RELATION,
                    "Is not of the form schema.table: " + text + ".",
                    "Write both as the database's catalog spells them, with double quotes around a name that holds a dot.");
        }
        return name.map(found -> {
            Identifiers.checkPostgresqlLength(reader.at(Keys.RELATION), found.schema(), problems);
            Identifiers.checkPostgresqlLength(reader.at(Keys.RELATION), found.table(), problems);
            return new Relation.Table(found.schema(), found.table());
        });
    }

    private Relation query(String sql) {
        if (!SELECT.matcher(sql).matches()) {
            reader.problem(Keys.QUERY, "Must begin with SELECT or WITH.", "Write one statement that only reads.");
        }
        checkNoSemicolon(reader, Keys.QUERY, sql);
        return new Relation.Query(sql);
    }

    /** SQL of settings becomes part of a longer statement. */
    static void checkNoSemicolon(ObjectReader reader, String key, String sql) {
        if (sql.stripTrailing().endsWith(";")) {
            reader.problem(key, "Ends with a semicolon.", "Remove it: the text becomes part of a longer statement.");
        }
    }

    private BookmarkSettings bookmark(ObjectReader bookmark) {
        List<Located<String>> columns = bookmark.texts(Keys.COLUMNS);
        columns.forEach(column -> Identifiers.checkPostgresqlLength(column.path(), column.value(), problems));
        if (!bookmark.has(Keys.COLUMNS)) {
            bookmark.require(Keys.COLUMNS, "Name at least one column, like [updated_at].");
        } else if (bookmark.isEmptyList(Keys.COLUMNS)) {
            bookmark.problem(Keys.COLUMNS, "Is empty.", "Name at least one column, like [updated_at].");
        }
        Engine engine = bookmark.choice(Keys.ENGINE, Engine.values()).orElse(Engine.SLUICE);
        if (engine == Engine.GLUE) {
            checkGlue(bookmark, columns);
        }
        return new BookmarkSettings(
                columns.isEmpty() ? List.of(UNREAD) : Located.values(columns),
                engine,
                bookmark.choice(Keys.CLOCK, StampedBy.values()).orElse(StampedBy.SERVER),
                bookmark.duration(Keys.LOOKBACK).orElse(Duration.ZERO),
                bookmark.duration(Keys.SETTLE).orElse(BookmarkSettings.DEFAULT_SETTLE));
    }

    /** Glue reads strictly above the last value it saw, and knows neither a bound nor a way back. */
    private static void checkGlue(ObjectReader bookmark, List<Located<String>> columns) {
        if (columns.size() > 1) {
            bookmark.problem(
                    Keys.COLUMNS,
                    "Glue's bookmarks compare several keys one after the other, not by the greatest.",
                    "Name one column, or write engine: sluice.");
        }
        for (String key : List.of(Keys.LOOKBACK, Keys.SETTLE)) {
            if (bookmark.has(key)) {
                bookmark.problem(
                        key,
                        "Glue's bookmarks read from the last value on and cannot be moved.",
                        "Leave " + key + " out, or write engine: sluice.");
            }
        }
    }
}
