package dev.sluice.extract.files;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * The records of a file, unpacked. Whether it is packed is told by its first bytes, not by its name. Of a zip, every entry
 * is read in turn.
 */
final class FileText implements OpenFile {

    private static final int BUFFER = 1 << 16;
    private static final int BYTE_ORDER_MARK = 0xFEFF;
    /** What names of a zip's entries are in unless they say that they are UTF-8; every byte of it is a character. */
    private static final Charset ZIP_NAMES = Charset.forName("IBM437");

    private final Reading reading;
    private final InputStream file;
    private final ZipInputStream zip;
    private Records records;
    private String entry;

    FileText(InputStream raw, Reading reading) throws IOException, MalformedFileException {
        this.reading = reading;
        BufferedInputStream bytes = new BufferedInputStream(raw, BUFFER);
        this.file = bytes;
        bytes.mark(4);
        byte[] magic = bytes.readNBytes(4);
        bytes.reset();
        boolean packed = magic.length > 1 && magic[0] == (byte) 0x1f && magic[1] == (byte) 0x8b;
        boolean zipped = magic.length == 4
                && magic[0] == 'P'
                && magic[1] == 'K'
                && (magic[2] == 3 && magic[3] == 4 || magic[2] == 5 && magic[3] == 6);
        this.zip = zipped ? new ZipInputStream(bytes, ZIP_NAMES) : null;
        if (!zipped) {
            this.records = guarded(() -> open(packed ? new GZIPInputStream(bytes, BUFFER) : bytes));
        }
    }

    @Override
    public String entry() {
        return entry;
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        while (true) {
            FileRecord next = records == null ? null : guarded(records::next);
            if (next != null) {
                return next;
            }
            if (zip == null || !guarded(this::nextEntry)) {
                return null;
            }
        }
    }

    private boolean nextEntry() throws IOException, MalformedFileException {
        for (ZipEntry next = header(); next != null; next = header()) {
            String path = name(next);
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (!next.isDirectory() && !name.startsWith(".") && !name.startsWith("_")) {
                entry = path;
                records = open(new Unclosed(zip));
                return true;
            }
        }
        return false;
    }

    private ZipEntry header() throws IOException, MalformedFileException {
        try {
            return zip.getNextEntry();
        } catch (IllegalArgumentException failure) {
            throw new MalformedFileException(
                    "it cannot be unpacked: the name of an entry is not the UTF-8 it says", failure);
        }
    }

    /** Many write UTF-8 and do not say so. Other names are as good as never UTF-8 by chance. */
    private static String name(ZipEntry entry) {
        ByteBuffer bytes = ZIP_NAMES.encode(entry.getName());
        if (!ZIP_NAMES.decode(bytes.duplicate()).toString().equals(entry.getName())) {
            return entry.getName();
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException other) {
            return entry.getName();
        }
    }

    private Records open(InputStream bytes) throws IOException, MalformedFileException {
        return switch (reading.format) {
            case CSV -> new CsvRecords(text(bytes), reading);
            case JSON_LINES -> new JsonLineRecords(text(bytes));
            case JSON -> new JsonRecords(text(bytes), reading);
            case XML -> new XmlRecords(bytes, reading);
            case AVRO, PARQUET, ORC -> throw new IllegalStateException("No text: " + reading.format);
        };
    }

    /** The text without its byte order mark; what is no text in the encoding is refused, not replaced. */
    private Reader text(InputStream bytes) throws IOException {
        PushbackReader text = new PushbackReader(new InputStreamReader(
                bytes,
                Charset.forName(reading.encoding)
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        int first = text.read();
        if (first >= 0 && first != BYTE_ORDER_MARK) {
            text.unread(first);
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        if (records != null) {
            records.close();
        }
        file.close();
    }

    /** Tells what is wrong with a file from what is wrong with the disk or the network. */
    private <T> T guarded(Step<T> step) throws IOException, MalformedFileException {
        try {
            return step.take();
        } catch (CharacterCodingException failure) {
            throw new MalformedFileException("a part of it is no text in " + reading.encoding, failure);
        } catch (ZipException failure) {
            throw new MalformedFileException("it cannot be unpacked: " + failure.getMessage(), failure);
        } catch (EOFException failure) {
            throw new MalformedFileException("it cannot be unpacked: it ends too early", failure);
        }
    }

    private interface Step<T> {
        T take() throws IOException, MalformedFileException;
    }

    /** A reader that is done with an entry must not close the zip. */
    private static final class Unclosed extends FilterInputStream {

        Unclosed(InputStream stream) {
            super(stream);
        }

        @Override
        public void close() {
            // The entries after this one are read from the same stream.
        }
    }
}
