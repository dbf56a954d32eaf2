package dev.sluice.aws.glue;

import static dev.sluice.SparkNames.column;
import static org.apache.spark.sql.functions.lit;

import com.amazonaws.services.glue.GlueContext;
import com.amazonaws.services.glue.ResolveSpec;
import com.amazonaws.services.glue.util.JsonOptions;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** A table as a source of a Glue job, under the transformation context its bookmark is kept by. */
final class GlueSource {

    private static final String POSTGRESQL = "postgresql";
    private static final String NO_PREDICATE = "";
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<GlueContext> context;
    private final JdbcEndpoint endpoint;
    private final TableSettings settings;
    private final GlueBookmarks bookmarks;

    GlueSource(Supplier<GlueContext> context, JdbcEndpoint endpoint, TableSettings settings, GlueBookmarks bookmarks) {
        this.context = context;
        this.endpoint = endpoint;
        this.settings = settings;
        this.bookmarks = bookmarks;
    }

    /** The rows since the last committed run, in the raw types of the table's description. */
    Dataset<Row> read(SourceTable table) {
        bookmarks.noteRead(settings.name());
        try {
            Dataset<Row> rows = context.get()
                    .getSource(
                            POSTGRESQL,
                            new JsonOptions(options()),
                            GlueBookmarks.context(settings.name()),
                            NO_PREDICATE)
                    .getDynamicFrame()
                    .toDF(JavaConverters.asScalaBufferConverter(new ArrayList<ResolveSpec>())
                            .asScala());
            return inRawTypes(rows, table);
        } catch (RuntimeException failure) {
            throw SqlFailures.of("read table " + settings.name() + " by Glue's bookmarks", endpoint, failure);
        }
    }

    /** A frame without rows has no columns either. */
    private static Dataset<Row> inRawTypes(Dataset<Row> rows, SourceTable table) {
        Set<String> present = new HashSet<>(Arrays.asList(rows.columns()));
        List<Column> columns = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            Column value = present.contains(column.name()) ? column(column.name()) : lit(null);
            columns.add(value.cast(column.rawType().ddl()).as(column.name()));
        }
        columns.add(lit(null).cast("string").as(Snapshot.UNREPRESENTABLE));
        return rows.select(columns.toArray(new Column[0]));
    }

    private String options() {
        BookmarkSettings bookmark = settings.extract().bookmark().orElseThrow();
        String table = relation((Relation.Table) settings.extract().relation());
        ObjectNode options = JSON.createObjectNode();
        options.put("url", endpoint.url());
        endpoint.user().ifPresent(user -> options.put("user", user));
        endpoint.password().ifPresent(password -> options.put("password", password));
        options.put("dbtable", table);
        settings.extract().filter().ifPresent(filter -> {
            // Glue adds its own condition to a query that ends so.
            options.put("sampleQuery", "SELECT * FROM " + table + " WHERE (" + filter + ") AND");
            options.put("enablePartitioningForSampleQuery", "true");
        });
        ArrayNode keys = options.putArray("jobBookmarkKeys");
        bookmark.columns().forEach(keys::add);
        options.put("jobBookmarkKeysSortOrder", "asc");
        if (settings.extract().parallelism().isPresent()) {
            options.put("hashfield", bookmark.columns().get(0));
            options.put(
                    "hashpartitions",
                    Integer.toString(settings.extract().parallelism().getAsInt()));
        }
        options.put("fetchsize", Integer.toString(settings.extract().fetchSize()));
        return options.toString();
    }

    private static String relation(Relation.Table table) {
        return name(table.schema()) + "." + name(table.name());
    }

    private static String name(String name) {
        return PLAIN_NAME.matcher(name).matches() ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
