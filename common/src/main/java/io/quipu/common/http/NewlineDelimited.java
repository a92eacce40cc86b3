package io.quipu.common.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/** Splits a stream of newline-delimited JSON, one line in memory at a time. */
public final class NewlineDelimited {

    /** Bytes that one line may have. */
    public static final int MAX_LENGTH = 32 << 20;

    private static final int BUFFER = 16 << 10;

    private NewlineDelimited() {
    }

    /**
     * Hands over each line that is not empty, without its newline.
     *
     * @throws UnusableAnswerException when a line is longer than {@link #MAX_LENGTH}
     */
    public static void read(InputStream in, Consumer<byte[]> lines) throws IOException {
        byte[] buffer = new byte[BUFFER];
        byte[] line = new byte[BUFFER];
        int length = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            int from = 0;
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    line = append(line, length, buffer, from, i);
                    emit(line, length + i - from, lines);
                    length = 0;
                    from = i + 1;
                }
            }
            line = append(line, length, buffer, from, read);
            length += read - from;
        }
        emit(line, length, lines);
    }

    private static byte[] append(byte[] line, int length, byte[] buffer, int from, int to) {
        int after = length + to - from;
        if (after > MAX_LENGTH) {
            throw new UnusableAnswerException("a line of its answer has more than " + MAX_LENGTH + " bytes");
        }
        byte[] room = after <= line.length ? line : Arrays.copyOf(line, Math.max(after, 2 * line.length));
        System.arraycopy(buffer, from, room, length, to - from);
        return room;
    }

    private static void emit(byte[] line, int length, Consumer<byte[]> lines) {
        if (length > 0) {
            lines.accept(Arrays.copyOf(line, length));
        }
    }
}
