package dev.sluice.extract.files;

import java.io.Closeable;
import java.io.IOException;

/** The records of a text, one at a time. */
interface Records extends Closeable {

    /** The next record, or NULL after the last. */
    FileRecord next() throws IOException, MalformedFileException;
}
