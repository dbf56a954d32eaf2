package dev.sluice.extract.files;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Deque;

/** Notes where lines end in a text that someone else reads ahead. Holds no more of them than were read ahead. */
final class LineEnds extends FilterReader {

    private final Deque<Long> ends = new ArrayDeque<>();
    private long read;
    private long passed;
    private boolean afterReturn;

    LineEnds(Reader text) {
        super(text);
    }

    /** How many lines end before a character, counted from 0. Asked for ever later ones. */
    long before(long character) {
        while (!ends.isEmpty() && ends.peek() < character) {
            ends.remove();
            passed++;
        }
        return passed;
    }

    @Override
    public int read() throws IOException {
        int character = super.read();
        if (character >= 0) {
            note((char) character);
        }
        return character;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        for (int index = offset; index < offset + count; index++) {
            note(buffer[index]);
        }
        return count;
    }

    private void note(char character) {
        if (character == '\n' || afterReturn) {
            ends.add(character == '\n' ? read : read - 1);
        }
        afterReturn = character == '\r';
        read++;
    }
}
