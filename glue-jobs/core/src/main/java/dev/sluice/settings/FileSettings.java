package dev.sluice.settings;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which files a table is made of, and how they are read.
 *
 * @param path the folder below the source's path, without slashes at its ends; {@code .} for that path itself
 * @param pattern a glob that a file's name below {@code path} matches
 * @param format what the files hold
 * @param csv how text with separators is written
 * @param records where the records of a document stand: a JSON pointer, or the name of an XML element
 * @param encoding the text's encoding, by its IANA name
 * @param settle how long a file must have been left alone before it is read
 * @param marker what a second file's name ends in that says that the file before it is complete
 * @param partitions how the folders below {@code path} tell when a file came; empty where they do not
 * @param filesPerBatch how many files a batch takes at most
 * @param sameContent what becomes of a file whose content another file has
 */
public record FileSettings(
        String path,
        String pattern,
        Format format,
        Csv csv,
        Optional<String> records,
        String encoding,
        Duration settle,
        Optional<String> marker,
        Optional<Partitions> partitions,
        int filesPerBatch,
        SameContent sameContent) {

    public static final String DEFAULT_PATTERN = "**";
    public static final String DEFAULT_ENCODING = "UTF-8";
    public static final Duration DEFAULT_SETTLE = Duration.ofMinutes(1);
    public static final int DEFAULT_FILES_PER_BATCH = 50_000;

    public FileSettings {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(csv, "csv");
        Objects.requireNonNull(records, "records");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(settle, "settle");
        Objects.requireNonNull(marker, "marker");
        Objects.requireNonNull(partitions, "partitions");
        Objects.requireNonNull(sameContent, "sameContent");
        if (filesPerBatch < 1) {
            throw new IllegalArgumentException("A batch takes a file at least");
        }
    }

    /** In batches of the ordinary size. */
    public FileSettings(
            String path,
            String pattern,
            Format format,
            Csv csv,
            Optional<String> records,
            String encoding,
            Duration settle,
            Optional<String> marker,
            Optional<Partitions> partitions) {
        this(
                path,
                pattern,
                format,
                csv,
                records,
                encoding,
                settle,
                marker,
                partitions,
                DEFAULT_FILES_PER_BATCH,
                SameContent.READ);
    }

    /** Files in folders that say nothing of time. */
    public FileSettings(
            String path,
            String pattern,
            Format format,
            Csv csv,
            Optional<String> records,
            String encoding,
            Duration settle,
            Optional<String> marker) {
        this(path, pattern, format, csv, records, encoding, settle, marker, Optional.empty());
    }

    /**
     * Folders by time, so that a listing need not begin with the first.
     *
     * @param layout the folders' names in UTC, as {@link java.time.format.DateTimeFormatter} writes them, year first
     * @param late how much later than its folder says a file may come
     */
    public record Partitions(String layout, Duration late) {

        public static final Duration DEFAULT_LATE = Duration.ofDays(2);

        public Partitions {
            Objects.requireNonNull(layout, "layout");
            Objects.requireNonNull(late, "late");
        }
    }

    /** What becomes of a file whose content another file has. */
    public enum SameContent {
        /** It is a file like any other. */
        READ,
        /** It is passed over as long as the other has that content. */
        SKIP
    }

    /** What files hold. Text may be packed by gzip or zip; the bytes tell. */
    public enum Format {
        /** Values with a separator, one record per line or more where quotes hold line breaks. */
        CSV,
        /** A JSON object per line. */
        JSON_LINES,
        /** JSON objects in an array, below a pointer, or one after another with or without blanks between. */
        JSON,
        /** Elements of one name. */
        XML,
        AVRO,
        PARQUET,
        ORC
    }

    /**
     * How text with separators is written.
     *
     * @param delimiter between two values
     * @param quote around a value that holds delimiters or line breaks; doubled inside
     * @param header whether the first record names the columns
     * @param columns the names where no header does
     * @param nullText what stands for NULL beside nothing at all; empty for nothing else
     */
    public record Csv(char delimiter, char quote, Header header, List<String> columns, Optional<String> nullText) {

        /** Commas, double quotes, a header. */
        public static final Csv DEFAULT = new Csv(',', '"', Header.FIRST_RECORD, List.of(), Optional.empty());

        public Csv {
            Objects.requireNonNull(header, "header");
            columns = List.copyOf(columns);
            Objects.requireNonNull(nullText, "nullText");
            if ((header == Header.NONE) == columns.isEmpty()) {
                throw new IllegalArgumentException("The columns are named by a header or by the settings");
            }
        }
    }

    /** Where the names of columns stand. */
    public enum Header {
        FIRST_RECORD,
        NONE
    }
}
