package dev.sluice.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Settings documents as YAML text, and changes to them. */
final class Documents {

    static final Path ROOT = Path.of("..", "..");

    static final String SOURCE =
            """
            source: shop
            version: 1
            kind: postgresql
            connection: {jdbc-url: "jdbc:postgresql://host:5432/shop", secret: shop-reader}
            """;

    static final String TABLE =
            """
            source: shop
            table: orders
            version: 1
            extract:
              relation: public.orders
              bookmark:
                columns: [updated_at]
            schema:
              columns:
                - {name: id, type: bigint}
                - {name: price, type: "decimal(12,2)"}
                - {name: updated_at, type: timestamp}
            curate:
              mode: merge
              primary-key: [id]
            """;

    static final String VIEW =
            """
            source: shop
            view: big_orders
            version: 1
            sql: SELECT id FROM shop.orders WHERE price > 100
            columns:
              - {name: id, type: bigint}
            tables: [shop/orders]
            """;

    static final String FILES_SOURCE =
            """
            source: partner
            version: 1
            kind: files
            connection: {path: "s3://partner-landing/exports"}
            """;

    static final String FILES_TABLE =
            """
            source: partner
            table: orders
            version: 1
            extract:
              files:
                path: orders
                format: csv
                csv: {delimiter: ","}
            schema:
              columns:
                - {name: id, type: bigint}
                - {name: price, type: "decimal(12,2)"}
                - {name: file, type: string, source: _sluice_file}
            curate:
              mode: merge
              primary-key: [id]
            """;

    static final String HTTP_SOURCE =
            """
            source: crm
            version: 1
            kind: http
            connection: {url: "https://api.example.com/v1", authentication: bearer, secret: crm-token}
            """;

    static final String HTTP_TABLE =
            """
            source: crm
            table: orders
            version: 1
            extract:
              http:
                path: /orders?status=paid
                format: csv
                csv: {delimiter: ","}
                since: updated_since
                paging: {style: page, parameter: page}
              bookmark:
                columns: [updated_at]
            schema:
              columns:
                - {name: id, type: bigint}
                - {name: price, type: "decimal(12,2)"}
                - {name: updated_at, type: timestamp}
            curate:
              mode: merge
              primary-key: [id]
            """;

    static final String FULL_TABLE =
            """
            source: shop
            table: orders
            version: 1
            extract:
              relation: public.orders
              filter: "status <> 'draft'"
              strategy: incremental
              bookmark:
                columns: [updated_at, created_at]
                engine: sluice
                clock: client
                lookback: PT10M
                settle: PT2M
              parallelism: 4
              fetch-size: 5000
            schema:
              columns:
                - {name: id, type: bigint, nullable: false, source: o_id, default: "0"}
                - {name: name, type: string, expression: "upper(o_name)"}
                - {name: day, type: date}
                - {name: tags, type: "array<string>"}
                - {name: price, type: "decimal(12,2)", default: 0.5}
              new-columns: add
              missing-columns: report
              changed-columns: report
            curate:
              mode: merge
              primary-key: [id]
              order-by: [day]
              partition-by: [day]
              quality:
                - {name: price-not-negative, condition: "price >= 0"}
            loads:
              - {target: dataengineering-db, table: shop.orders, mode: upsert}
              - {target: dataengineering-db, table: orders, mode: replace}
            freshness: {lake: PT20M, database: P1D}
            """;

    private Documents() {}

    static Object yaml(String text) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    static Object file(Path file) {
        try {
            return yaml(Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** All settings files below {@code examples/}. */
    static List<Path> examples() {
        try (Stream<Path> files = Files.walk(ROOT.resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .collect(Collectors.toList());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The document with one key set: {@code curate.mode}, {@code schema.columns[0].type}; a value in YAML. */
    static Object with(String document, String path, String value) {
        return set(yaml(document), path, yaml(value));
    }

    /** The document without one key. */
    static Object without(String document, String path) {
        return remove(yaml(document), path);
    }

    static Object set(Object tree, String path, Object value) {
        asMap(parent(tree, path)).put(lastKey(path), value);
        return tree;
    }

    static Object remove(Object tree, String path) {
        asMap(parent(tree, path)).remove(lastKey(path));
        return tree;
    }

    private static Object parent(Object tree, String path) {
        Object parent = tree;
        List<String> keys = List.of(path.replace("[", ".[").split("\\."));
        for (String key : keys.subList(0, keys.size() - 1)) {
            parent = key.startsWith("[")
                    ? ((List<?>) parent).get(Integer.parseInt(key.substring(1, key.length() - 1)))
                    : asMap(parent).computeIfAbsent(key, absent -> new LinkedHashMap<String, Object>());
        }
        return parent;
    }

    private static String lastKey(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object tree) {
        return (Map<String, Object>) tree;
    }
}
