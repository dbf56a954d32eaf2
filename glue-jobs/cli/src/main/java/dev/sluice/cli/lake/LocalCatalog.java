package dev.sluice.cli.lake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.SluiceException;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.raw.DiskFailures;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.ViewSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The data catalog of a local lake: a JSON file per curated table and per view, {@code catalog/database/table.json}. */
final class LocalCatalog implements CatalogPublisher {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String VIEW = "view";

    private final Path folder;

    LocalCatalog(Home home) {
        this.folder = home.catalog();
    }

    @Override
    public void publish(CuratedTable table) {
        ObjectNode entry = MAPPER.createObjectNode();
        entry.put("database", ViewSql.database(table.name().source()))
                .put("table", table.name().table())
                .put("format", "delta");
        entry.put("location", table.location());
        ArrayNode columns = entry.putArray("columns");
        table.columns().forEach(column -> columns.addObject()
                .put("name", column.name())
                .put("type", column.type().ddl()));
        ArrayNode partitions = entry.putArray("partition-by");
        table.partitionBy().forEach(partitions::add);
        write("table", table.name(), entry);
    }

    @Override
    public boolean shows(ViewSettings view) {
        Path file = file(view.name());
        try {
            return Files.exists(file) && MAPPER.readTree(file.toFile()).equals(entry(view));
        } catch (IOException failure) {
            throw failed("look up view " + view.name(), file, failure);
        }
    }

    @Override
    public void publish(ViewSettings view) {
        write("view", view.name(), entry(view));
    }

    @Override
    public List<TableName> removeViewsExcept(String source, Set<TableName> kept) {
        Path database = folder.resolve(ViewSql.database(source));
        if (!Files.isDirectory(database)) {
            return List.of();
        }
        List<TableName> removed = new ArrayList<>();
        try (Stream<Path> files = Files.list(database)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                TableName name =
                        new TableName(source, file.getFileName().toString().replaceFirst("\\.json$", ""));
                if (!kept.contains(name)
                        && MAPPER.readTree(file.toFile())
                                .path("format")
                                .asText()
                                .equals(VIEW)) {
                    Files.delete(file);
                    removed.add(name);
                }
            }
            return removed;
        } catch (IOException failure) {
            throw failed("remove what is no longer registered of views " + source, database, failure);
        }
    }

    private static ObjectNode entry(ViewSettings view) {
        ObjectNode entry = MAPPER.createObjectNode();
        entry.put("database", ViewSql.database(view.name().source()))
                .put("table", view.name().table())
                .put("format", VIEW);
        view.description().ifPresent(text -> entry.put("description", text));
        ArrayNode columns = entry.putArray("columns");
        view.columns().forEach(column -> columns.addObject()
                .put("name", column.name())
                .put("type", column.type().ddl()));
        entry.put("sql", ViewSql.statement(view, "", ColumnType::ddl));
        return entry;
    }

    private Path file(TableName name) {
        return folder.resolve(ViewSql.database(name.source())).resolve(name.table() + ".json");
    }

    private void write(String what, TableName name, ObjectNode entry) {
        Path file = file(name);
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), name.table(), ".new");
            Files.writeString(fresh, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(entry) + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw failed("publish " + what + " " + name, file, failure);
        }
    }

    private static SluiceException failed(String what, Path file, IOException failure) {
        return DiskFailures.of(
                "Cannot " + what + " in the catalog: " + file, failure, "Make the folder writable, and run again.");
    }
}
