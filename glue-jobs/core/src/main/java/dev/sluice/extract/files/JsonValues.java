package dev.sluice.extract.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON objects as records: each member's value as text, objects and arrays as JSON. */
final class JsonValues {

    /** A number with more zeros than this keeps its exponent. */
    private static final int LONGEST_PLAIN = 40;

    static final ObjectMapper JSON = mapper();

    private JsonValues() {}

    private static ObjectMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        // An error must not quote the file.
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    static Map<String, String> of(JsonNode object) {
        Map<String, String> values = new LinkedHashMap<>();
        object.fields().forEachRemaining(member -> values.put(member.getKey(), text(member.getValue())));
        return values;
    }

    static String text(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return null;
        }
        if (value.isBigDecimal()) {
            BigDecimal number = value.decimalValue();
            return Math.abs(number.scale()) > LONGEST_PLAIN ? number.toString() : number.toPlainString();
        }
        return value.isContainerNode() ? value.toString() : value.asText();
    }
}
