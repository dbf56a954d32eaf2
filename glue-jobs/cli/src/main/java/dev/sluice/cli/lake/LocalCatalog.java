package dev.sluice.cli.lake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.raw.DiskFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The data catalog of a local lake: a JSON file per curated table, {@code catalog/database/table.json}. */
final class LocalCatalog implements CatalogPublisher {

    private final Path folder;

    LocalCatalog(Home home) {
        this.folder = home.catalog();
    }

    @Override
    public void publish(CuratedTable table) {
        String database = table.name().source().replace('-', '_');
        String name = table.name().table().replace('-', '_');
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode entry = mapper.createObjectNode();
        entry.put("database", database).put("table", name).put("format", "delta");
        entry.put("location", table.location());
        ArrayNode columns = entry.putArray("columns");
        table.columns().forEach(column -> columns.addObject()
                .put("name", column.name())
                .put("type", column.type().ddl()));
        ArrayNode partitions = entry.putArray("partition-by");
        table.partitionBy().forEach(partitions::add);
        Path file = folder.resolve(database).resolve(name + ".json");
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), name, ".new");
            Files.writeString(fresh, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(entry) + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw DiskFailures.of(
                    "Cannot publish table " + table.name() + " to the catalog: " + file,
                    failure,
                    "Make the folder writable, and run again.");
        }
    }
}
