package dev.sluice.localglue.source;

import dev.sluice.localglue.Options;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A file format and its options in Spark's terms.
 *
 * @param name Spark's name of the format
 * @param options Spark's options of it
 */
public record FileFormat(String name, Map<String, String> options) {
    private static final Map<String, String> CSV = Map.of(
            "separator", "sep",
            "quoteChar", "quote",
            "escaper", "escape",
            "withHeader", "header",
            "writeHeader", "header",
            "multiLine", "multiLine",
            "multiline", "multiLine",
            "compression", "compression");
    private static final Map<String, String> JSON =
            Map.of("multiLine", "multiLine", "multiline", "multiLine", "compression", "compression");
    private static final Map<String, String> COLUMNAR =
            Map.of("compression", "compression", "useGlueParquetWriter", "", "blockSize", "", "pageSize", "");

    public FileFormat {
        options = Map.copyOf(options);
    }

    /** A format by Glue's name, with Glue's options. */
    public static FileFormat of(String format, Options given) {
        String name = format == null ? "" : format.toLowerCase(Locale.ROOT);
        Map<String, String> known =
                switch (name) {
                    case "csv" -> CSV;
                    case "json" -> JSON;
                    case "parquet", "glueparquet", "orc" -> COLUMNAR;
                    default -> throw new UnsupportedOperationException("Cannot use file format: " + format
                            + "; what works on one machine: csv, json, parquet, orc");
                };
        given.allowOnly("format " + name, known.keySet());
        Map<String, String> options = new LinkedHashMap<>();
        given.scalarsExcept(Set.of()).forEach((option, value) -> {
            if (!known.get(option).isEmpty()) {
                // Glue turns quoting off by -1, Spark by an empty text.
                options.put(known.get(option), option.equals("quoteChar") && value.equals("-1") ? "" : value);
            }
        });
        return new FileFormat(name.equals("glueparquet") ? "parquet" : name, options);
    }

    /** Whether Spark numbers the columns, which Glue does by other names. */
    boolean numbersColumns() {
        return name.equals("csv") && !Boolean.parseBoolean(options.get("header"));
    }
}
