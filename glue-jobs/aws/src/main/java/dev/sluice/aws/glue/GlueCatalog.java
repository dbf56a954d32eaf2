package dev.sluice.aws.glue;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * Curated tables in the Glue Data Catalog, as native Delta tables that Athena and Spark read by their log. The columns
 * here are the log's, which views and Lake Formation need. The columns by which the files are partitioned are among them
 * and no partition keys: readers take partitions from the log, and those that look for them here would find none. An
 * entry that says the same already is not written again, so it gains no version. Views stand beside the tables, as Athena
 * writes its own.
 */
public final class GlueCatalog implements CatalogPublisher {

    private static final String EXTERNAL = "EXTERNAL_TABLE";
    private static final Map<String, String> PARAMETERS = Map.of(
            "EXTERNAL",
            "TRUE",
            "table_type",
            "DELTA",
            "classification",
            "delta",
            "spark.sql.sources.provider",
            "delta");

    private static final String PARTITION = "files are partitioned by it";

    private final GlueClient client;
    private final String prefix;

    /**
     * @param client stays the caller's to close
     * @param prefix what the databases' names begin with, before the source's; may be empty
     */
    public GlueCatalog(GlueClient client, String prefix) {
        this.client = Objects.requireNonNull(client, "client");
        this.prefix = Objects.requireNonNull(prefix, "prefix");
    }

    @Override
    public void publish(CuratedTable table) {
        String database = database(table.name().source());
        TableInput input = input(table);
        try {
            Optional<Table> present = find(database, input.name());
            if (present.isEmpty()) {
                create(database, input);
            } else if (!says(present.get(), input)) {
                update(database, present.get(), input);
            }
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot publish table " + table.name() + " to the Glue catalog as " + database + "." + input.name()
                            + ". " + failure.getMessage(),
                    failure);
        }
    }

    @Override
    public boolean shows(ViewSettings view) {
        return call("look up", view.name(), () -> find(
                        database(view.name().source()), view.name().table())
                .filter(present -> AthenaView.says(present, AthenaView.input(view, prefix)))
                .isPresent());
    }

    @Override
    public void publish(ViewSettings view) {
        String database = database(view.name().source());
        TableInput input = AthenaView.input(view, prefix);
        call("publish", view.name(), () -> {
            Optional<Table> present = find(database, input.name());
            if (present.isEmpty()) {
                create(database, input);
            } else if (AthenaView.findPublished(present.get(), view.name().source())
                    .isEmpty()) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot publish view " + view.name() + " to the Glue catalog: " + database + "." + input.name()
                                + " is there already and was not made by Sluice. Rename the view, or remove that entry");
            } else if (!AthenaView.says(present.get(), input)) {
                replace(database, input);
            }
            return null;
        });
    }

    @Override
    public List<TableName> removeViewsExcept(String source, Set<TableName> kept) {
        String database = database(source);
        return call("remove what is no longer registered of", new TableName(source, "*"), () -> {
            List<TableName> gone = published(database, source).stream()
                    .filter(view -> !kept.contains(view))
                    .sorted()
                    .toList();
            gone.forEach(view -> delete(database, view.table()));
            return gone;
        });
    }

    private List<TableName> published(String database, String source) {
        try {
            return client.getTablesPaginator(request -> request.databaseName(database)).stream()
                    .flatMap(page -> page.tableList().stream())
                    .flatMap(table -> AthenaView.findPublished(table, source).stream())
                    .toList();
        } catch (EntityNotFoundException withoutDatabase) {
            return List.of();
        }
    }

    private void delete(String database, String view) {
        try {
            client.deleteTable(request -> request.databaseName(database).name(view));
        } catch (EntityNotFoundException overtaken) {
            // Another run has just removed it, which is as good.
            return;
        }
    }

    private static <T> T call(String verb, TableName view, Supplier<T> action) {
        try {
            return action.get();
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot " + verb + " view " + view + " in the Glue catalog. " + failure.getMessage(),
                    failure);
        }
    }

    private String database(String source) {
        return prefix + name(source);
    }

    private Optional<Table> find(String database, String table) {
        try {
            return Optional.of(
                    client.getTable(request -> request.databaseName(database).name(table))
                            .table());
        } catch (EntityNotFoundException absent) {
            return Optional.empty();
        }
    }

    private void create(String database, TableInput input) {
        try {
            client.createTable(request -> request.databaseName(database).tableInput(input));
        } catch (AlreadyExistsException overtaken) {
            update(database, find(database, input.name()).orElseThrow(() -> overtaken), input);
        } catch (EntityNotFoundException withoutDatabase) {
            createDatabase(database);
            client.createTable(request -> request.databaseName(database).tableInput(input));
        }
    }

    private void createDatabase(String database) {
        try {
            client.createDatabase(request -> request.databaseInput(input -> input.name(database)));
        } catch (AlreadyExistsException overtaken) {
            // Another table of the source has just created it, which is as good.
            return;
        }
    }

    /** An update replaces the whole entry, so what others have noted in it goes along; what was a view's does not. */
    private void update(String database, Table present, TableInput wanted) {
        Map<String, String> parameters =
                new HashMap<>(wanted.tableType().equals(present.tableType()) ? present.parameters() : Map.of());
        parameters.putAll(wanted.parameters());
        replace(
                database,
                wanted.toBuilder()
                        .parameters(parameters)
                        .description(present.description())
                        .owner(present.owner())
                        .build());
    }

    private void replace(String database, TableInput input) {
        client.updateTable(
                request -> request.databaseName(database).tableInput(input).skipArchive(true));
    }

    private static TableInput input(CuratedTable table) {
        String location = location(table.location());
        return TableInput.builder()
                .name(name(table.name().table()))
                .tableType(EXTERNAL)
                .parameters(PARAMETERS)
                .partitionKeys(List.of())
                .storageDescriptor(storage -> storage.location(location)
                        .columns(table.columns().stream()
                                .map(column -> column(column, table.partitionBy()))
                                .toList())
                        .inputFormat("org.apache.hadoop.mapred.SequenceFileInputFormat")
                        .outputFormat("org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat")
                        .serdeInfo(serde -> serde.serializationLibrary(
                                        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe")
                                .parameters(Map.of("serialization.format", "1", "path", location))))
                .build();
    }

    private static Column column(dev.sluice.bookmark.Column column, List<String> partitionBy) {
        return Column.builder()
                .name(column.name().toLowerCase(Locale.ROOT))
                .type(hiveType(column.type()))
                .comment(partitionBy.contains(column.name()) ? PARTITION : null)
                .build();
    }

    /** Whether an entry says what it must; parameters that others have added stay unseen. */
    private static boolean says(Table present, TableInput wanted) {
        return present.parameters().entrySet().containsAll(wanted.parameters().entrySet())
                && wanted.tableType().equals(present.tableType())
                && present.partitionKeys().isEmpty()
                && present.storageDescriptor() != null
                && wanted.storageDescriptor()
                        .location()
                        .equals(present.storageDescriptor().location())
                && wanted.storageDescriptor()
                        .columns()
                        .equals(present.storageDescriptor().columns());
    }

    /** Hive, whose types the catalog speaks, knows one timestamp. */
    static String hiveType(ColumnType type) {
        return type.ddl().replace("timestamp_ntz", "timestamp");
    }

    /** Athena knows the scheme s3 only; Spark on Glue reads both alike. */
    private static String location(String location) {
        return location.startsWith("s3a://") ? "s3://" + location.substring("s3a://".length()) : location;
    }

    private static String name(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
