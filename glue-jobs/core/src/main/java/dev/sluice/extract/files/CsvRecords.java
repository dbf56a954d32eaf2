package dev.sluice.extract.files;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import dev.sluice.settings.FileColumns;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Records of text with separators. A record with another number of values than there are columns is malformed. */
final class CsvRecords implements Records {

    private static final int MOST_COLUMNS = 4096;
    private static final int LONGEST_VALUE = 4_000_000;
    private static final int BUFFER = 1 << 16;

    private final CsvParser parser;
    private final Reading reading;
    private final String[] names;
    private final LineEnds ends;
    private long lastLine;

    CsvRecords(Reader text, Reading reading) throws IOException, MalformedFileException {
        this.reading = reading;
        this.parser = new CsvParser(settings(reading));
        this.ends = new LineEnds(text);
        parsed(() -> {
            parser.beginParsing(ends);
            return null;
        });
        String[] header = reading.names == null ? parsed(parser::parseNext) : reading.names;
        this.names = header == null ? new String[0] : header;
        this.lastLine = header == null ? 0 : 1;
        if (reading.names == null && names.length > 0) {
            checkHeader();
        }
        if (reading.answers && !reading.knows(List.of(names))) {
            throw new MalformedFileException("its header names no column of the table (schema.columns)", null);
        }
    }

    private static CsvParserSettings settings(Reading reading) {
        CsvParserSettings settings = new CsvParserSettings();
        settings.getFormat().setDelimiter(reading.delimiter);
        settings.getFormat().setQuote(reading.quote);
        settings.getFormat().setQuoteEscape(reading.quote);
        settings.getFormat().setComment('\0');
        settings.setLineSeparatorDetectionEnabled(true);
        settings.setNormalizeLineEndingsWithinQuotes(false);
        settings.setIgnoreLeadingWhitespaces(false);
        settings.setIgnoreTrailingWhitespaces(false);
        settings.setEmptyValue("");
        settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
        settings.setMaxColumns(MOST_COLUMNS);
        settings.setMaxCharsPerColumn(LONGEST_VALUE);
        settings.setInputBufferSize(BUFFER);
        settings.setReadInputOnSeparateThread(false);
        // The parser's errors would quote the file.
        settings.setErrorContentLength(0);
        return settings;
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        String[] values = parsed(parser::parseNext);
        if (values == null) {
            return null;
        }
        String content = String.valueOf(parser.getContext().currentParsedContent());
        // The parser's own count passes over some of the line ends in quoted values.
        long line = 1 + ends.before(parser.getContext().currentChar() - content.length());
        requireEnd(content, values[values.length - 1], lastLine);
        lastLine = line;
        if (values.length != names.length) {
            return FileRecord.malformed(
                    line,
                    values.length + (values.length == 1 ? " value" : " values") + " for " + names.length + " columns",
                    content.stripTrailing());
        }
        Map<String, String> record = new LinkedHashMap<>();
        for (int index = 0; index < names.length; index++) {
            String value = values[index];
            record.put(names[index], value != null && value.equals(reading.nullText) ? null : value);
        }
        return FileRecord.of(line, record);
    }

    @Override
    public void close() {
        parser.stopParsing();
    }

    /** The parser takes the end of the file for the end of a quoted value, as when a file was cut off. */
    private void requireEnd(String content, String last, long before) throws MalformedFileException {
        if (last == null || last.isEmpty()) {
            return;
        }
        String quote = String.valueOf(reading.quote);
        String open = quote + last.replace(quote, quote + quote);
        if (content.endsWith(open) && !content.endsWith(open + quote)) {
            throw new MalformedFileException("after line " + before + ": a quoted value does not end", null);
        }
    }

    /** What the reader below throws comes through the parser wrapped. */
    private static <T> T parsed(Supplier<T> action) throws IOException, MalformedFileException {
        try {
            return action.get();
        } catch (TextParsingException | IllegalStateException failure) {
            for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException unreadable) {
                    throw unreadable;
                }
            }
            long line = failure instanceof TextParsingException parsing ? parsing.getLineIndex() : 0;
            throw new MalformedFileException(
                    "after line " + line + ": a quote inside a quoted value is not doubled, or a value has more than "
                            + LONGEST_VALUE + " characters",
                    failure);
        }
    }

    private void checkHeader() throws MalformedFileException {
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < names.length; index++) {
            if (names[index] == null || names[index].isBlank()) {
                throw new MalformedFileException("column " + (index + 1) + " of the header has no name", null);
            }
            names[index] = names[index].strip();
            if (FileColumns.ALL.contains(names[index])) {
                throw new MalformedFileException("the header has Sluice's own name " + names[index], null);
            }
            if (!seen.add(names[index].toLowerCase(Locale.ROOT))) {
                throw new MalformedFileException("the header names column " + names[index] + " twice", null);
            }
        }
        String missing = Arrays.stream(reading.required)
                .filter(name -> !seen.contains(name.toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new MalformedFileException("the header lacks " + missing + " (schema.missing-columns: fail)", null);
        }
    }
}
