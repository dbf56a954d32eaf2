package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a JSON document as maps, lists and scalars; a key that stands twice in one object is an error. */
final class JsonText {

    private JsonText() {}

    /** The document's value; empty where it is blank or {@code null}. */
    static Optional<Object> read(String content) throws JsonProcessingException {
        try (JsonParser parser = new JsonFactory().createParser(content)) {
            parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            JsonToken token = parser.nextToken();
            if (token == null) {
                return Optional.empty();
            }
            Optional<Object> tree = Optional.ofNullable(value(parser, token));
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "More follows the first value");
            }
            return tree;
        } catch (JsonProcessingException failure) {
            throw failure;
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot read text in memory: " + failure.getMessage(), failure);
        }
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    map.put(key, value(parser, parser.nextToken()));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    list.add(value(parser, next));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_ARRAY,
                    END_OBJECT,
                    FIELD_NAME,
                    NOT_AVAILABLE,
                    VALUE_EMBEDDED_OBJECT -> throw new JsonParseException(parser, "Unexpected " + token);
        };
    }
}
