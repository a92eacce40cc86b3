package io.quipu.common.store.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for a hole in the engine's write-ahead logs: something unreadable, or missing, with a good batch of a later sequence
 * number behind it.
 *
 * <p>Each batch is synced before the next one is written, so whatever has a batch behind it was durable and may have
 * been acknowledged; a crash can only tear the last one. The engine itself stops at the first thing that it cannot read and
 * silently drops the rest, whatever that is: right for a torn end, and a loss of acknowledged documents for a hole.
 */
final class LogCheck {

    private long expected = -1;
    private Path file;
    private String unreadable;
    private String hole;

    private LogCheck() {
    }

    /**
     * The first hole in the logs of a directory, in words that name the file and the place; empty when there is none. Harmless
     * while a process writes them.
     */
    static Optional<String> hole(Path directory) throws IOException {
        LogCheck check = new LogCheck();
        // Lengths are taken once all files are known: only the last of these grows meanwhile, and what is beyond is not read.
        Map<Path, Long> lengths = new LinkedHashMap<>();
        for (Path log : logs(directory)) {
            if (Files.exists(log)) {
                lengths.put(log, Files.size(log));
            }
        }
        for (Map.Entry<Path, Long> log : lengths.entrySet()) {
            check.read(log.getKey(), log.getValue());
        }
        return Optional.ofNullable(check.hole);
    }

    private static List<Path> logs(Path directory) throws IOException {
        List<Path> logs = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, LogFile.GLOB)) {
            found.forEach(logs::add);
        }
        logs.sort(Comparator.comparing(log -> log.getFileName().toString(), Comparator.comparingInt(String::length)
                .thenComparing(Comparator.naturalOrder())));
        return logs;
    }

    private void read(Path log, long length) throws IOException {
        file = log;
        try {
            new LogFile(log, length, new LogFile.Visitor() {
                @Override
                public void batch(long offset, long sequence, long count) {
                    follow(offset, sequence, count);
                }

                @Override
                public void broken(long offset) {
                    unreadable = unreadable == null ? file + " at byte " + offset : unreadable;
                }
            }).read();
        } catch (NoSuchFileException e) {
            // Its engine no longer needs it.
            expected = -1;
            unreadable = null;
        }
    }

    private void follow(long offset, long sequence, long count) {
        if (count == 0) {
            // The engine begins a log with it after a torn one: nothing that anybody wrote.
            return;
        }
        boolean gap = expected < 0 ? unreadable != null : sequence > expected;
        if (gap && hole == null) {
            hole = "the write-ahead log " + (unreadable == null ? "before " + file + " at byte " + offset + " is missing" : unreadable
                    + " cannot be read") + ", and entries from number " + sequence + " on follow, in " + file + " at byte " + offset
                    + (expected < 0 ? "" : ", where number " + expected + " was to come");
        }
        unreadable = null;
        expected = sequence + count;
    }
}
