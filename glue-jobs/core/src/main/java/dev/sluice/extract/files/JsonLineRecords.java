package dev.sluice.extract.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;

/** A JSON object per line. A line that is none is a malformed record; the lines after it are read all the same. */
final class JsonLineRecords implements Records {

    private static final int LONGEST_LINE = 16_000_000;

    private static final ObjectReader JSON = JsonValues.JSON
            .reader()
            .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final BufferedReader text;
    private long line;
    private boolean carriageReturn;

    JsonLineRecords(Reader text) {
        this.text = new BufferedReader(text);
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        while (true) {
            String next = readLine();
            if (next == null) {
                return null;
            }
            line++;
            if (!next.isBlank()) {
                return record(next);
            }
        }
    }

    private FileRecord record(String content) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(content);
        } catch (JsonProcessingException failure) {
            return FileRecord.malformed(
                    line,
                    // The parser's own words may quote the line.
                    "no JSON at column " + failure.getLocation().getColumnNr(),
                    content);
        }
        return node.isObject()
                ? FileRecord.of(line, JsonValues.of(node))
                : FileRecord.malformed(line, "no JSON object", content);
    }

    /** A line of bounded length: what has no line breaks must not fill the memory. */
    private String readLine() throws IOException, MalformedFileException {
        StringBuilder content = null;
        for (int character = text.read(); character >= 0; character = text.read()) {
            if (character == '\n' && carriageReturn) {
                carriageReturn = false;
                continue;
            }
            carriageReturn = character == '\r';
            if (content == null) {
                content = new StringBuilder();
            }
            if (character == '\n' || character == '\r') {
                return content.toString();
            }
            content.append((char) character);
            if (content.length() > LONGEST_LINE) {
                throw new MalformedFileException(
                        "line " + (line + 1) + " has more than " + LONGEST_LINE + " characters", null);
            }
        }
        return content == null ? null : content.toString();
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
