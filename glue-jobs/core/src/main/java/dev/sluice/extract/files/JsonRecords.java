package dev.sluice.extract.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;

/**
 * JSON objects in documents: in arrays, by themselves, or many in a file one after another, with or without anything
 * between. One object is in memory at a time. A document in which nothing stands where the records should is malformed; that
 * an array is empty is another matter. What an endpoint answers is an array there, for its errors are objects too.
 */
final class JsonRecords implements Records {

    private final JsonParser parser;
    private final Reading reading;
    private final String pointer;
    private boolean document;
    private boolean place;

    JsonRecords(Reader text, Reading reading) throws IOException {
        this.reading = reading;
        this.pointer = reading.records;
        JsonParser whole = JsonValues.JSON.getFactory().createParser(text);
        this.parser = pointer == null
                ? whole
                : new FilteringParserDelegate(
                        new Document(whole),
                        new JsonPointerBasedFilter(pointer),
                        TokenFilter.Inclusion.ONLY_INCLUDE_ALL,
                        true);
        this.parser.setCodec(JsonValues.JSON);
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        try {
            JsonToken token = parser.nextToken();
            requirePlace(token);
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

    /** Notices whether the text holds anything: an empty file has no records, and no place for them either. */
    private final class Document extends JsonParserDelegate {

        Document(JsonParser whole) {
            super(whole);
        }

        @Override
        public JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            document |= token != null;
            return token;
        }
    }

    private void requirePlace(JsonToken token) throws MalformedFileException {
        if (place) {
            return;
        }
        place = token != null;
        if (token == null && pointer != null && (document || reading.answers)) {
            throw new MalformedFileException("nothing stands at " + pointer + " (" + reading.key() + ")", null);
        }
        if (reading.answers && token != JsonToken.START_ARRAY) {
            throw new MalformedFileException(
                    (pointer == null ? "it is no array" : "what stands at " + pointer + " is no array") + " ("
                            + reading.key() + ")",
                    null);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
