package dev.sluice.extract.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;

/**
 * JSON objects in documents: in arrays, by themselves, or many in a file one after another, with or without anything
 * between. One object is in memory at a time.
 */
final class JsonRecords implements Records {

    private final JsonParser parser;
    private final String pointer;

    JsonRecords(Reader text, String pointer) throws IOException {
        this.pointer = pointer;
        JsonParser whole = JsonValues.JSON.getFactory().createParser(text);
        this.parser = pointer == null
                ? whole
                : new FilteringParserDelegate(
                        whole, new JsonPointerBasedFilter(pointer), TokenFilter.Inclusion.ONLY_INCLUDE_ALL, true);
        this.parser.setCodec(JsonValues.JSON);
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        try {
            JsonToken token = parser.nextToken();
            while (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY) {
                token = parser.nextToken();
            }
            if (token == null) {
                return null;
            }
            long line = parser.getTokenLocation().getLineNr();
            JsonNode node = parser.readValueAsTree();
            return node.isObject()
                    ? FileRecord.of(line, JsonValues.of(node))
                    : FileRecord.malformed(
                            line, "no JSON object" + (pointer == null ? "" : " below " + pointer), node.toString());
        } catch (JsonProcessingException failure) {
            throw new MalformedFileException(
                    "line " + failure.getLocation().getLineNr() + ", column "
                            + failure.getLocation().getColumnNr() + ": no JSON",
                    failure);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
