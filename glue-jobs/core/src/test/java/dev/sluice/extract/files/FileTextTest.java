package dev.sluice.extract.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.settings.SettingsParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files hold, record by record, and what is wrong with files that are not what they are said to be. */
class FileTextTest {

    private static final String CSV = "format: csv";
    private static final String LINES = "format: json-lines";
    private static final String JSON = "format: json";

    static Reading reading(String files) {
        Object item = new org.yaml.snakeyaml.Yaml()
                .load(
                        """
                        {source: s, table: t, version: 1, extract: {files: {path: t, %s}},
                         schema: {columns: [{name: id, type: int}], missing-columns: report},
                         curate: {mode: merge, primary-key: [id]}}
                        """
                                .formatted(files));
        return Reading.of(SettingsParser.parseTable(item));
    }

    private static List<FileRecord> read(byte[] bytes, String files) throws IOException, MalformedFileException {
        List<FileRecord> records = new ArrayList<>();
        try (FileText text = new FileText(new ByteArrayInputStream(bytes), reading(files))) {
            for (FileRecord record = text.next(); record != null; record = text.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private static List<FileRecord> read(String content, String files) throws IOException, MalformedFileException {
        return read(content.getBytes(StandardCharsets.UTF_8), files);
    }

    /** {@code line:name=value,…}, NULL as {@code ∅}; a malformed record as {@code line!reason|text}. */
    private static List<String> shown(List<FileRecord> records) {
        return records.stream()
                .map(record -> record.malformed() == null
                        ? record.line() + ":"
                                + String.join(
                                        ",",
                                        record.values().entrySet().stream()
                                                .map(value -> value.getKey() + "="
                                                        + (value.getValue() == null ? "∅" : value.getValue()))
                                                .toList())
                        : record.line() + "!" + record.malformed() + "|" + record.text())
                .toList();
    }

    @Test
    void csvKeepsBlanksQuotesAndLineBreaksAndTellsEmptyFromNull() throws Exception {
        String content = "id,name\r\n1, a b \r\n2,\"x, \"\"y\"\"\r\nz\"\r\n\r\n3,\r\n4,\"\"\r\n";
        assertThat(shown(read(content, CSV)))
                .containsExactly("2:id=1,name= a b ", "3:id=2,name=x, \"y\"\r\nz", "6:id=3,name=∅", "7:id=4,name=");
    }

    /** Over several of the parser's buffers, with lines that end in quoted values too. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void aRecordsLineIsTheOneItBeginsAtWhateverLinesAreBefore(String end) throws Exception {
        StringBuilder content = new StringBuilder("id,name" + end);
        List<String> expected = new ArrayList<>();
        long line = 2;
        for (int id = 0; id < 9_000; id++) {
            String name = id % 3 == 0 ? "two" + end + end + "lines" : "plain";
            content.append(id).append(",\"").append(name).append("\"").append(end);
            expected.add(line + ":" + id);
            line += id % 3 == 0 ? 3 : 1;
            if (id % 7 == 0) {
                content.append(end);
                line++;
            }
        }
        assertThat(read(content.toString(), CSV).stream()
                        .map(record -> record.line() + ":" + record.values().get("id")))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void aRecordWithAnotherNumberOfValuesIsMalformedAndTheOthersAreRead() throws Exception {
        assertThat(shown(read("id,name\n1,a\n2,b,c\n3\n4,d", CSV)))
                .containsExactly(
                        "2:id=1,name=a",
                        "3!3 values for 2 columns|2,b,c",
                        "4!1 value for 2 columns|3",
                        "5:id=4,name=d");
    }

    @Test
    void csvIsReadAsTheSettingsSay() throws Exception {
        assertThat(shown(read(
                        "1;'a;b'\n2;\\N\n# 3;c",
                        "format: csv, csv: {delimiter: ';', quote: \"'\", header: false,"
                                + " columns: [id, name], null-text: '\\N'}")))
                .containsExactly("1:id=1,name=a;b", "2:id=2,name=∅", "3:id=# 3,name=c");
        assertThat(shown(read("id\tname\n1\ta", "format: csv, csv: {delimiter: \"\\t\"}")))
                .containsExactly("2:id=1,name=a");
    }

    @Test
    void anEncodingIsHeededAndAByteOrderMarkIsNoPartOfAName() throws Exception {
        assertThat(shown(read(
                        "id,name\n1,Ærø €".getBytes(Charset.forName("windows-1252")),
                        "format: csv, encoding: windows-1252")))
                .containsExactly("2:id=1,name=Ærø €");
        assertThat(shown(read("\uFEFFid\n1", CSV))).containsExactly("2:id=1");
        assertThat(shown(read("\uFEFF{\"id\":1}", LINES))).containsExactly("1:id=1");
        assertThatThrownBy(() -> read("id\nÆ".getBytes(StandardCharsets.ISO_8859_1), CSV))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage("a part of it is no text in UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "id,\\n1,a|column 2 of the header has no name",
                "id,ID\\n1,a|the header names column ID twice",
                "_sluice_file\\na|the header has Sluice's own name _sluice_file",
                "id,name\\n1,\"a\"b\\n2,c|a quote inside a quoted value is not doubled",
                "id,name\\n1,a\\n2,\"b\\n3,c|a quoted value does not end",
            })
    void aCsvFileThatCannotBeReadToItsEndIsMalformedWhole(String content, String reason) {
        assertThatThrownBy(() -> read(content.replace("\\n", "\n"), CSV))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aHeaderThatLacksADeclaredColumnRefusesTheFileUnlessThatIsOnlyReported() throws Exception {
        Object item = new org.yaml.snakeyaml.Yaml()
                .load(
                        """
                        {source: s, table: t, version: 1, extract: {files: {path: t, format: csv}},
                         schema: {columns: [{name: id, type: int}, {name: f, type: string, source: _sluice_file}]},
                         curate: {mode: merge, primary-key: [id]}}
                        """);
        Reading strict = Reading.of(SettingsParser.parseTable(item));
        assertThatThrownBy(() ->
                        new FileText(new ByteArrayInputStream("name\na".getBytes(StandardCharsets.UTF_8)), strict))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage("the header lacks id (schema.missing-columns: fail)");
        new FileText(new ByteArrayInputStream("ID\n1".getBytes(StandardCharsets.UTF_8)), strict).close();
        assertThat(shown(read("name\na", CSV))).containsExactly("2:name=a");
    }

    @Test
    void jsonLinesAreReadOneByOneAndABadLineHarmsNoOther() throws Exception {
        String content =
                "{\"id\":1,\"price\":12.50,\"tags\":[\"a\"],\"who\":{\"n\":null},\"gone\":null,\"on\":true}\n\n"
                        + "{\"id\":2,}\n[1]\n{\"id\":3}{\"id\":4}\r\n{\"id\":12345678901234567890123}";
        List<String> shown = shown(read(content, LINES));
        assertThat(shown.get(0)).isEqualTo("1:id=1,price=12.50,tags=[\"a\"],who={\"n\":null},gone=∅,on=true");
        assertThat(shown.get(1)).startsWith("3!no JSON at column 10|").endsWith("|{\"id\":2,}");
        assertThat(shown.get(2)).isEqualTo("4!no JSON object|[1]");
        assertThat(shown.get(3)).startsWith("5!no JSON");
        assertThat(shown.get(4)).isEqualTo("6:id=12345678901234567890123");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"id\":1},\n{\"id\":2}]",
                "{\"id\":1}\n{\"id\":2}",
                "{\"id\":1}{\"id\":2}",
                " [{\"id\":1}] [{\"id\":2}] "
            })
    void jsonDocumentsMayBeArraysOrFollowEachOther(String content) throws Exception {
        assertThat(read(content, JSON))
                .extracting(record -> record.values().get("id"))
                .containsExactly("1", "2");
    }

    @Test
    void jsonObjectsAreFoundBelowAPointer() throws Exception {
        String content =
                "{\"meta\":{\"items\":[9]},\"data\":{\"items\":[{\"id\":1},\n{\"id\":2},7]},\"next\":{\"id\":8}}";
        assertThat(shown(read(content, "format: json, records: /data/items")))
                .containsExactly("1:id=1", "2:id=2", "2!no JSON object below /data/items|7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"id\":1},{\"id\":2}", "{\"id\":1", "[{\"id\":1},]", "{\"id\":1,\"id\":2}", "hello"})
    void aJsonDocumentThatBreaksOffIsMalformedWhole(String content) {
        assertThatThrownBy(() -> read(content, JSON))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("line 1, column ")
                .hasMessageContaining("no JSON");
    }

    /** An empty list is no records; a document without a place for them is another one than was meant. */
    @Test
    void aDocumentInWhichNothingStandsWhereRecordsShouldIsMalformedWhole() throws Exception {
        String pointed = "format: json, records: /data/items";
        assertThat(read("{\"data\":{\"items\":[]}}", pointed)).isEmpty();
        assertThat(read("", pointed)).isEmpty();
        assertThat(read("[]", JSON)).isEmpty();
        assertThat(shown(read("{\"data\":{\"items\":{\"id\":1}}}", pointed))).containsExactly("1:id=1");
        assertThatThrownBy(() -> read("{\"data\":{\"item\":[{\"id\":1}]}}", pointed))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage("nothing stands at /data/items (extract.files.records)");

        String within = "format: xml, records: orders/order";
        assertThat(read("<a><orders/></a>", within)).isEmpty();
        assertThat(shown(read(
                        "<a><order>x</order><orders><order>y</order><b><order>z</order></b></orders></a>", within)))
                .containsExactly("1:#text=y");
        assertThat(read("<a/>", "format: xml, records: order")).isEmpty();
        assertThatThrownBy(() -> read("<a><order/></a>", within))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage("it has no element orders (extract.files.records)");
    }

    @Test
    void whatIsPackedIsToldByItsBytes() throws Exception {
        byte[] packed = packed("id\n1\n");
        assertThat(shown(read(packed, CSV))).containsExactly("2:id=1");
        assertThat(shown(read(concat(packed, packed("2\n")), CSV))).containsExactly("2:id=1", "3:id=2");
        assertThatThrownBy(() -> read(Arrays.copyOf(packed, packed.length - 9), CSV))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("it cannot be unpacked");
        byte[] damaged = packed.clone();
        damaged[packed.length - 6] ^= 1;
        assertThatThrownBy(() -> read(damaged, CSV))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("it cannot be unpacked");
    }

    @Test
    void everyEntryOfAZipIsRead() throws Exception {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("a/", "");
        entries.put("a/1.csv", "id\n1\n2\n");
        entries.put("__MACOSX/._1.csv", "id\n9\n");
        entries.put("2.csv", "id\n3\n");
        byte[] zip = zipped(entries);
        List<String> places = new ArrayList<>();
        try (FileText text = new FileText(new ByteArrayInputStream(zip), reading(CSV))) {
            for (FileRecord record = text.next(); record != null; record = text.next()) {
                places.add(text.entry() + ":" + record.line() + ":"
                        + record.values().get("id"));
            }
        }
        assertThat(places).containsExactly("a/1.csv:2:1", "a/1.csv:3:2", "2.csv:2:3");
        assertThat(read(zipped(Map.of()), CSV)).isEmpty();
        assertThatThrownBy(() -> read(Arrays.copyOf(zip, zip.length / 2), CSV))
                .isInstanceOf(MalformedFileException.class);
    }

    @Test
    void theNamesOfAZipsEntriesAreReadWhateverWroteThem() throws Exception {
        Charset windows = Charset.forName("IBM437");
        assertThat(entries(zipped(Map.of("für/Übersicht.csv", "id\n1\n"), windows)))
                .containsExactly("für/Übersicht.csv:1");
        assertThat(entries(zipped(Map.of("Ærø/ø.csv", "id\n1\n"), StandardCharsets.UTF_8)))
                .containsExactly("Ærø/ø.csv:1");
        String unsaid = new String("Ærø/ø.csv".getBytes(StandardCharsets.UTF_8), windows);
        assertThat(entries(zipped(Map.of(unsaid, "id\n1\n"), windows)))
                .as("UTF-8 without the flag, as macOS writes it")
                .containsExactly("Ærø/ø.csv:1");

        byte[] lie = zipped(Map.of("Ærø.csv", "id\n1\n"), StandardCharsets.UTF_8);
        for (int at = 0; at < lie.length - 1; at++) {
            if (lie[at] == (byte) 0xc3 && lie[at + 1] == (byte) 0x86) {
                lie[at] = (byte) 0xff;
            }
        }
        assertThatThrownBy(() -> entries(lie))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage("it cannot be unpacked: the name of an entry is not the UTF-8 it says");
    }

    /** {@code entry:id} of each record. */
    private static List<String> entries(byte[] zip) throws IOException, MalformedFileException {
        List<String> places = new ArrayList<>();
        try (FileText text = new FileText(new ByteArrayInputStream(zip), reading(CSV))) {
            for (FileRecord record = text.next(); record != null; record = text.next()) {
                places.add(text.entry() + ":" + record.values().get("id"));
            }
        }
        return places;
    }

    @ParameterizedTest
    @ValueSource(strings = {CSV, LINES, JSON})
    void anEmptyFileHasNoRecords(String format) throws Exception {
        assertThat(read("", format)).isEmpty();
        assertThat(read("\n", format)).isEmpty();
        assertThat(read(packed(""), format)).isEmpty();
    }

    @Test
    void xmlElementsOfOneNameAreRecordsWhereverTheyStand() throws Exception {
        String content =
                """
                <?xml version="1.0" encoding="ISO-8859-1"?>
                <export xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><x:list>
                  <x:order id="1"><name>Ærø &amp; søn</name><line n="1">a</line><line n="2">b</line></x:order>
                  <!-- no data --><order><name/><price currency="EUR">12.50</price><gone xsi:nil="true"/></order>
                </x:list><order>alone</order></export>
                """;
        assertThat(shown(read(content.getBytes(StandardCharsets.ISO_8859_1), "format: xml, records: order")))
                .containsExactly(
                        "3:@id=1,name=Ærø & søn,line=[{\"@n\":\"1\",\"#text\":\"a\"},{\"@n\":\"2\",\"#text\":\"b\"}]",
                        "4:name=,price={\"@currency\":\"EUR\",\"#text\":\"12.50\"},gone=∅",
                        "5:#text=alone");
        assertThat(shown(read(packed("<a><order><id>1</id></order></a>"), "format: xml, records: order")))
                .containsExactly("1:id=1");
    }

    /** A file must not make the job read other files, or grow without end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a><order><id>1</id></order>",
                "",
                "<a><order></a>",
                "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a><order><id>&e;</id></order></a>",
                "<!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><a><order><id>&f;</id></order></a>"
            })
    void anXmlDocumentThatBreaksOffOrNamesEntitiesIsMalformedWhole(String content) {
        assertThatThrownBy(() -> read(content, "format: xml, records: order"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageEndingWith("no XML");
    }

    /** What has no line break in it must not fill the memory. */
    @Test
    void aLineWithoutEndIsRefused() {
        byte[] endless = new byte[17_000_000];
        Arrays.fill(endless, (byte) 'a');
        assertThatThrownBy(() -> read(endless, LINES))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("line 1 has more than 16000000 characters");
    }

    private static byte[] packed(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] zipped(Map<String, String> entries) throws IOException {
        return zipped(entries, StandardCharsets.UTF_8);
    }

    private static byte[] zipped(Map<String, String> entries, Charset names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, names)) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
