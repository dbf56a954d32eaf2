package dev.sluice.extract.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The elements of one name in an XML document, wherever they stand, or directly below those of another, which the document
 * then has. Attributes are named {@code @name}; a child with attributes or children of its own is JSON text, as are children
 * of one name. Text beside these is {@code #text}. One record is in memory at a time. Neither a document type nor an entity of
 * its own is followed.
 */
final class XmlRecords implements Records {

    private static final String ATTRIBUTE = "@";
    private static final String TEXT = "#text";
    private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
    private static final int DEEPEST = 200;

    private final XMLStreamReader reader;
    private final Reading reading;
    private final String element;
    /** The element that records stand directly below; NULL for any. */
    private final String parent;

    private final Deque<String> open = new ArrayDeque<>();
    private boolean place;

    XmlRecords(InputStream bytes, Reading reading) throws IOException, MalformedFileException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        this.reading = reading;
        int slash = reading.records.indexOf('/');
        this.parent = slash < 0 ? null : reading.records.substring(0, slash);
        this.element = reading.records.substring(slash + 1);
        try {
            this.reader = factory.createXMLStreamReader(bytes);
        } catch (XMLStreamException failure) {
            throw malformed(failure);
        }
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        try {
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.END_ELEMENT) {
                    open.pop();
                } else if (event == XMLStreamConstants.START_ELEMENT) {
                    String name = reader.getLocalName();
                    if (name.equals(element) && (parent == null || parent.equals(open.peek()))) {
                        place = true;
                        long line = reader.getLocation().getLineNumber();
                        JsonNode record = element(0);
                        return FileRecord.of(
                                line, record.isObject() ? JsonValues.of(record) : text(JsonValues.text(record)));
                    }
                    place |= name.equals(parent);
                    open.push(name);
                }
            }
            requirePlace();
            return null;
        } catch (XMLStreamException failure) {
            throw malformed(failure);
        }
    }

    /** That no record is there says nothing unless it is known what stands around them. */
    private void requirePlace() throws MalformedFileException {
        if (place || parent == null && !reading.answers) {
            return;
        }
        throw new MalformedFileException(
                "it has no element " + (parent == null ? element : parent) + " (" + reading.key() + ")"
                        + (parent == null
                                ? "; where it may hold none, name the one around them too, like list/" + element
                                : ""),
                null);
    }

    private static Map<String, String> text(String value) {
        return value == null ? Map.of() : Map.of(TEXT, value);
    }

    /** The element the reader stands at, up to its end. */
    private JsonNode element(int depth) throws XMLStreamException, MalformedFileException {
        if (depth > DEEPEST) {
            throw new MalformedFileException(
                    "line " + reader.getLocation().getLineNumber() + ": elements lie more than " + DEEPEST + " deep",
                    null);
        }
        ObjectNode object = JsonValues.JSON.createObjectNode();
        boolean nil = "true".equals(reader.getAttributeValue(INSTANCE, "nil"));
        for (int attribute = 0; attribute < reader.getAttributeCount(); attribute++) {
            if (!INSTANCE.equals(reader.getAttributeNamespace(attribute))) {
                object.put(ATTRIBUTE + reader.getAttributeLocalName(attribute), reader.getAttributeValue(attribute));
            }
        }
        StringBuilder text = new StringBuilder();
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> add(object, reader.getLocalName(), element(depth + 1));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    if (object.isEmpty()) {
                        return nil
                                ? JsonValues.JSON.getNodeFactory().nullNode()
                                : JsonValues.JSON.getNodeFactory().textNode(text.toString());
                    }
                    if (!text.toString().isBlank()) {
                        object.put(TEXT, text.toString());
                    }
                    return object;
                }
                default -> {
                    // Comments and processing instructions are no data.
                }
            }
        }
    }

    private static void add(ObjectNode object, String name, JsonNode value) {
        JsonNode before = object.get(name);
        if (before == null) {
            object.set(name, value);
        } else if (before instanceof ArrayNode several) {
            several.add(value);
        } else {
            object.set(name, object.arrayNode().add(before).add(value));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            reader.close();
        } catch (XMLStreamException failure) {
            throw new IOException(failure);
        }
    }

    /** What the reader below throws comes through the parser wrapped. */
    private static MalformedFileException malformed(XMLStreamException failure) throws IOException {
        if (failure.getNestedException() instanceof IOException unreadable
                && !(unreadable instanceof java.io.CharConversionException)) {
            throw unreadable;
        }
        return new MalformedFileException(
                (failure.getLocation() == null
                                ? ""
                                : "line " + failure.getLocation().getLineNumber() + ", column "
                                        + failure.getLocation().getColumnNumber() + ": ")
                        + "no XML",
                failure);
    }
}
