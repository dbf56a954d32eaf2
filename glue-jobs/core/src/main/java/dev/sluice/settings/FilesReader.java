package dev.sluice.settings;

import dev.sluice.settings.FileSettings.Csv;
import dev.sluice.settings.FileSettings.Format;
import dev.sluice.settings.FileSettings.Header;
import dev.sluice.settings.FileSettings.Partitions;
import dev.sluice.settings.FileSettings.SameContent;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code extract.files}. */
final class FilesReader {

    private static final Pattern PATH =
            Pattern.compile("\\.|(?!\\.\\.?(/|$))[^/\\s]([^/]*[^/\\s])?" + "(/(?!\\.\\.?(/|$))[^/]+)*");

    /** From the year downwards, each with all its digits, so that names sort by time. */
    private static final Pattern LAYOUT =
            Pattern.compile("L*yyyyL*(MML*(ddL*(HHL*)?)?)?".replace("L", "([/_-]|'[^'/]+')"));

    private static final Pattern ELEMENT = Pattern.compile("(N/)?N".replace("N", "[\\p{L}_][\\p{L}\\p{N}_.-]*"));

    /** The formats that an endpoint answers in. */
    private static final Format[] TEXTS = {Format.CSV, Format.JSON_LINES, Format.JSON, Format.XML};

    private final ObjectReader reader;

    private FilesReader(ObjectReader reader) {
        this.reader = reader;
    }

    static FileSettings read(ObjectReader reader) {
        return new FilesReader(reader).read();
    }

    /** What the answers of an endpoint hold: the keys that they share with files. */
    static FileSettings readBody(ObjectReader reader) {
        FilesReader body = new FilesReader(reader);
        reader.require(Keys.FORMAT, "Say what the answers hold: " + Words.of(TEXTS) + ".");
        Optional<Format> format = reader.choice(Keys.FORMAT, TEXTS);
        return body.read(
                ".",
                FileSettings.DEFAULT_PATTERN,
                format,
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                FileSettings.DEFAULT_FILES_PER_BATCH,
                SameContent.READ);
    }

    private FileSettings read() {
        reader.require(Keys.PATH, "Name the folder below the source's path, or write path: \".\".");
        reader.require(Keys.FORMAT, "Say what the files hold: " + Words.of(Format.values()) + ".");
        Optional<String> path = reader.text(Keys.PATH);
        path.filter(text -> !PATH.matcher(text).matches())
                .ifPresent(text -> reader.problem(
                        Keys.PATH,
                        "Is no folder below the source's path: " + text + ".",
                        "Write it like orders or erp/orders, without slashes at its ends."));
        Optional<String> pattern = reader.text(Keys.PATTERN);
        pattern.ifPresent(this::checkPattern);
        Optional<Format> format = reader.choice(Keys.FORMAT, Format.values());
        Optional<String> partitions = reader.text(Keys.PARTITIONS);
        partitions
                .filter(layout -> !LAYOUT.matcher(layout).matches())
                .ifPresent(layout -> reader.problem(
                        Keys.PARTITIONS,
                        "Is no layout of folders by time: " + layout + ".",
                        "Write it like yyyy/MM/dd/HH or 'year='yyyy/'month='MM, the year first and words in quotes."));
        if (reader.has(Keys.LATE) && !reader.has(Keys.PARTITIONS)) {
            reader.problem(Keys.LATE, "Goes with partitions only.", "Give partitions, or leave late out.");
        }
        Duration late = reader.duration(Keys.LATE).orElse(Partitions.DEFAULT_LATE);
        return read(
                path.orElse("."),
                pattern.orElse(FileSettings.DEFAULT_PATTERN),
                format,
                reader.duration(Keys.SETTLE).orElse(FileSettings.DEFAULT_SETTLE),
                reader.text(Keys.MARKER),
                partitions.map(layout -> new Partitions(layout, late)),
                reader.integer(Keys.FILES_PER_BATCH, 1).orElse(FileSettings.DEFAULT_FILES_PER_BATCH),
                reader.choice(Keys.SAME_CONTENT, SameContent.values()).orElse(SameContent.READ));
    }

    private FileSettings read(
            String path,
            String pattern,
            Optional<Format> format,
            Duration settle,
            Optional<String> marker,
            Optional<Partitions> partitions,
            int filesPerBatch,
            SameContent sameContent) {
        Csv csv = csv(format);
        Optional<String> records = reader.text(Keys.RECORDS);
        records.ifPresent(text -> checkRecords(text, format));
        if (format.equals(Optional.of(Format.XML))) {
            reader.require(Keys.RECORDS, "Name the element that is a record, like order.");
        }
        Optional<String> encoding = reader.text(Keys.ENCODING);
        encoding.ifPresent(this::checkEncoding);
        if (encoding.isPresent() && format.filter(FilesReader::tellsItsEncoding).isPresent()) {
            reader.problem(Keys.ENCODING, Words.of(format.get()) + " says its encoding itself.", "Leave encoding out.");
        }
        return new FileSettings(
                path,
                pattern,
                format.orElse(Format.CSV),
                csv,
                records,
                encoding.orElse(FileSettings.DEFAULT_ENCODING),
                settle,
                marker,
                partitions,
                filesPerBatch,
                sameContent);
    }

    private static boolean tellsItsEncoding(Format format) {
        return switch (format) {
            case CSV, JSON_LINES, JSON -> false;
            case XML, AVRO, PARQUET, ORC -> true;
        };
    }

    private void checkPattern(String pattern) {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException failure) {
            reader.problem(
                    Keys.PATTERN,
                    "Is no glob: " + failure.getDescription() + ".",
                    "Write it like *.csv, or **.csv.gz for all folders below.");
        }
    }

    private void checkEncoding(String encoding) {
        try {
            Charset.forName(encoding);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            reader.problem(Keys.ENCODING, "Is no encoding: " + encoding + ".", "Write a name like windows-1252.");
        }
    }

    private void checkRecords(String records, Optional<Format> format) {
        if (format.equals(Optional.of(Format.XML))) {
            if (!ELEMENT.matcher(records).matches()) {
                reader.problem(
                        Keys.RECORDS,
                        "Is no element's name: " + records + ".",
                        "Write it without its prefix, like order or orders/order.");
            }
        } else if (format.isPresent() && format.get() != Format.JSON) {
            reader.problem(
                    Keys.RECORDS,
                    "Says where records stand in a document, and " + Words.of(format.get()) + " has none.",
                    "Leave records out.");
        } else if (format.isPresent() && !records.startsWith("/")) {
            reader.problem(Keys.RECORDS, "Is no JSON pointer: " + records + ".", "Write it like /data/items.");
        }
    }

    private Csv csv(Optional<Format> format) {
        Optional<ObjectReader> object = reader.object(Keys.CSV, Keys.OF_CSV);
        if (reader.has(Keys.CSV) && format.isPresent() && format.get() != Format.CSV) {
            reader.problem(Keys.CSV, "Is for format: csv only.", "Leave csv out.");
        }
        return object.map(this::csv).orElse(Csv.DEFAULT);
    }

    private Csv csv(ObjectReader csv) {
        Header header = csv.flag(Keys.HEADER)
                .map(first -> first ? Header.FIRST_RECORD : Header.NONE)
                .orElse(Header.FIRST_RECORD);
        List<String> columns = Located.values(csv.texts(Keys.COLUMNS));
        if (header == Header.NONE && columns.isEmpty()) {
            csv.problem(Keys.COLUMNS, "Is missing: without a header nothing names the columns.", "List them in order.");
        }
        if (header == Header.FIRST_RECORD && csv.has(Keys.COLUMNS)) {
            csv.problem(Keys.COLUMNS, "The header names the columns.", "Leave columns out, or write header: false.");
        }
        char delimiter = character(csv, Keys.DELIMITER, Csv.DEFAULT.delimiter());
        char quote = character(csv, Keys.QUOTE, Csv.DEFAULT.quote());
        if (delimiter == quote) {
            csv.problem(Keys.QUOTE, "Is the delimiter as well.", "Give another character.");
        }
        Optional<String> nullText = csv.text(Keys.NULL_TEXT);
        boolean sound = (header == Header.NONE) != columns.isEmpty();
        return sound ? new Csv(delimiter, quote, header, columns, nullText) : Csv.DEFAULT;
    }

    /** A tab is a value, though a blank one. */
    private static char character(ObjectReader csv, String key, char otherwise) {
        Optional<String> text = csv.literal(key);
        boolean one = text.filter(given -> given.length() == 1
                        && given.charAt(0) != '\n'
                        && given.charAt(0) != '\r'
                        && !Character.isSurrogate(given.charAt(0)))
                .isPresent();
        if (text.isPresent() && !one) {
            csv.problem(key, "Must be one character, but is " + text.get() + ".", "Write it like \";\" or \"\\t\".");
        }
        return one ? text.get().charAt(0) : otherwise;
    }
}
