package dev.sluice.extract.files;

import java.io.Closeable;
import java.io.IOException;

/** A file that is being read, record by record, with bounded memory. */
interface OpenFile extends Closeable {

    /** Opens raw's copy of a file. */
    static OpenFile of(Storage storage, String uri, Reading reading) throws IOException, MalformedFileException {
        return switch (reading.format) {
            case CSV, JSON_LINES, JSON, XML -> new FileText(storage.open(uri), reading);
            case AVRO -> new AvroFile(storage, uri);
            case PARQUET -> new ParquetFile(storage, uri);
            case ORC -> new OrcRows(storage, uri);
        };
    }

    /** The next record, or NULL after the last. */
    FileRecord next() throws IOException, MalformedFileException;

    /** The entry of the zip that the last record came from; NULL elsewhere. */
    default String entry() {
        return null;
    }
}
