package io.quipu.common.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's log as a crash may leave it, torn at its end, and as only a damaged disk leaves it. */
class BrokenLogTest {

    private static final int DOCUMENTS = 12;
    private static final long SEED = 20261121;

    /** Larger than a block of the log, so that its record is in several parts, some of which hold nothing but it. */
    private static final int LARGE = 100_000;

    @TempDir
    Path root;

    private final MutableClock clock = new MutableClock(1_000_000);
    private final Random random = new Random(SEED);
    private int copies;

    /** A copy of a live directory, and the length of its log after each of the documents. */
    private Path live;
    private byte[] log;
    private final List<Integer> ends = new ArrayList<>();

    @BeforeEach
    void copyALiveDirectory() throws IOException {
        Path directory = root.resolve("live");
        try (EmbeddedStore store = open(directory)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                store.write(new Write.Insert(key(i), content(i)));
                ends.add((int) Files.size(logOf(directory)));
            }
            live = copy(directory);
        }
        log = Files.readAllBytes(logOf(live));
        assertThat(ends).last().isEqualTo(log.length);
    }

    @Test
    void logCutAnywhereInItsLastRecordLosesThatRecordOnly() throws IOException {
        int last = ends.get(DOCUMENTS - 2);
        List<Integer> cuts = new ArrayList<>();
        // Every length in its first part and near its end, a sample in between.
        for (int length = last; length < last + 24; length++) {
            cuts.add(length);
        }
        for (int i = 0; i < 20; i++) {
            cuts.add(last + random.nextInt(log.length - last));
        }
        cuts.add(log.length - 1);
        for (int cut : cuts) {
            assertRecoversAllButTheLast("cut to " + cut, bytes -> Arrays.copyOf(bytes, cut));
        }
    }

    @Test
    void cutsOfTheLastRecordAreATornEndToTheCheck() throws IOException {
        Path directory = copy(live);
        try (FileChannel file = FileChannel.open(logOf(directory), StandardOpenOption.WRITE)) {
            for (int cut = log.length - 1; cut >= ends.get(DOCUMENTS - 2); cut -= 1 + random.nextInt(200)) {
                file.truncate(cut);
                assertThat(LogCheck.hole(directory)).as("cut to " + cut + ", seed " + SEED).isEmpty();
            }
        }
    }

    @Test
    void sectorsOfTheLastRecordThatNeverReachedTheDiskLoseThatRecordOnly() throws IOException {
        int last = ends.get(DOCUMENTS - 2);
        for (int round = 0; round < 20; round++) {
            int kept = random.nextInt(4);
            int from = last + random.nextInt(log.length - last - 1);
            assertRecoversAllButTheLast("seed " + SEED + ", round " + round, bytes -> {
                boolean damaged = false;
                for (int at = from; at < bytes.length; at = (at / 512 + 1) * 512) {
                    // In no order, as a disk without power: some sectors are there, some are zero, some were never written to.
                    if (!damaged || random.nextInt(4) >= kept) {
                        for (int i = at; i < Math.min(bytes.length, (at / 512 + 1) * 512); i++) {
                            damaged |= bytes[i] != 0;
                            bytes[i] = 0;
                        }
                    }
                }
                return damaged ? bytes : Arrays.copyOf(bytes, last);
            });
        }
    }

    @Test
    void garbageAndZeroesBehindTheLastRecordLoseNothing() throws IOException {
        for (int length : new int[] {1, 6, 7, 100, LogFile.BLOCK_BYTES, 3 * LogFile.BLOCK_BYTES}) {
            byte[] garbage = new byte[length];
            assertRecovers("zeroes", DOCUMENTS, bytes -> concat(bytes, garbage));
            random.nextBytes(garbage);
            assertRecovers("garbage, seed " + SEED, DOCUMENTS, bytes -> concat(bytes, garbage));
        }
    }

    @Test
    void anyFlippedByteBeforeTheLastRecordIsDamageThatIsRefusedAndNamed() throws IOException {
        Path directory = copy(live);
        Path file = logOf(directory);
        int last = ends.get(DOCUMENTS - 2);
        // Most of the first, small records, then a sample; what is not used in a block's end does not count.
        List<Integer> places = new ArrayList<>();
        for (int at = 0; at < ends.get(1); at += 1 + random.nextInt(3)) {
            places.add(at);
        }
        for (int i = 0; i < 1_000; i++) {
            places.add(random.nextInt(last));
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        for (int at : places) {
            if (LogFile.BLOCK_BYTES - at % LogFile.BLOCK_BYTES < LogFile.HEADER_BYTES) {
                continue;
            }
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (log[at] ^ 1 << random.nextInt(8))}), at);
            assertThat(LogCheck.hole(directory)).as("byte " + at + ", seed " + SEED)
                    .hasValueSatisfying(hole -> assertThat(hole).contains(file.toString()));
            channel.write(ByteBuffer.wrap(log, at, 1), at);
        }
        channel.close();
        assertThat(Files.readAllBytes(file)).as("as it was").isEqualTo(log);
    }

    @Test
    void storeWithAHoleInItsLogIsNotOpenedAndNotChanged() throws IOException {
        byte[] flipped = log.clone();
        flipped[ends.get(4) + 20] ^= 1;
        byte[] zeroed = log.clone();
        Arrays.fill(zeroed, ends.get(1), ends.get(4), (byte) 0);
        byte[] without = concat(Arrays.copyOf(log, ends.get(1)), Arrays.copyOfRange(log, ends.get(2), log.length));
        for (byte[] damaged : List.of(flipped, zeroed, without)) {
            Path directory = copy(live);
            Files.write(logOf(directory), damaged);
            assertThatThrownBy(() -> open(directory)).isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("the store in " + directory + " is damaged: the write-ahead log")
                    .hasMessageContaining(".log at byte ");
            assertThat(Files.readAllBytes(logOf(directory))).isEqualTo(damaged);

            Files.write(logOf(directory), log);
            try (EmbeddedStore repaired = open(directory)) {
                assertThat(repaired.get(key(DOCUMENTS - 1))).isPresent();
            }
        }
    }

    @Test
    void engineAloneWouldDropWhatFollowsTheHole() throws Exception {
        Path directory = copy(live);
        byte[] damaged = log.clone();
        damaged[ends.get(4) + 20] ^= 1;
        Files.write(logOf(directory), damaged);

        try (Engine engine = new Engine(directory)) {
            assertThat(engine.stored(key(4).getBytes(UTF_8))).isPresent();
            assertThat(engine.stored(key(DOCUMENTS - 1).getBytes(UTF_8))).as("why there is a check").isEmpty();
        }
    }

    @Test
    void logsThatFollowEachOtherMayHaveNoGapBetweenThem() throws IOException {
        // As if the engine had begun a new log after the sixth document.
        Path directory = copy(live);
        Path first = logOf(directory);
        Path second = first.resolveSibling("000100.log");
        byte[] head = Arrays.copyOf(log, ends.get(5));
        byte[] tail = Arrays.copyOfRange(log, ends.get(5), ends.get(7));
        Files.write(first, head);
        Files.write(second, tail);
        assertThat(LogCheck.hole(directory)).isEmpty();

        Files.write(first, concat(head, new byte[] {1, 2, 3}));
        assertThat(LogCheck.hole(directory)).as("torn, then opened again: nothing is missing").isEmpty();

        Files.write(first, Arrays.copyOf(head, head.length - 1));
        assertThat(LogCheck.hole(directory)).hasValueSatisfying(hole -> assertThat(hole).contains(first.toString(), second.toString()));

        Files.write(first, Arrays.copyOf(head, ends.get(4)));
        assertThat(LogCheck.hole(directory)).hasValueSatisfying(hole -> assertThat(hole).contains("is missing", second.toString()));
    }

    private void assertRecoversAllButTheLast(String story, UnaryOperator<byte[]> change) throws IOException {
        assertRecovers(story, DOCUMENTS - 1, change);
    }

    private void assertRecovers(String story, int documents, UnaryOperator<byte[]> change) throws IOException {
        Path directory = copy(live);
        Files.write(logOf(directory), change.apply(log.clone()));
        long version = 0;
        try (EmbeddedStore store = open(directory)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                if (i < documents) {
                    byte[] content = content(i);
                    assertThat(store.get(key(i))).as(story + ", document " + i)
                            .hasValueSatisfying(document -> assertThat(document.content()).isEqualTo(content));
                    version = store.get(key(i)).orElseThrow().version();
                } else {
                    assertThat(store.get(key(i))).as(story + ", document " + i).isEmpty();
                }
            }
            assertThat(store.write(new Write.Insert("after", new byte[0])).version()).as(story).isGreaterThan(version);
        }
        try (EmbeddedStore store = open(directory)) {
            assertThat(store.get("after")).as(story).isPresent();
            assertThat(store.get(key(documents - 1))).as(story).isPresent();
        }
    }

    private EmbeddedStore open(Path directory) {
        return EmbeddedStore.open(directory, clock, new StoreMetrics(new SimpleMeterRegistry()));
    }

    private Path copy(Path directory) throws IOException {
        Path copy = Files.createDirectory(root.resolve("copy-" + copies++));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        return copy;
    }

    private static Path logOf(Path directory) throws IOException {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, LogFile.GLOB)) {
            return logs.iterator().next();
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Every third one is large. */
    private static byte[] content(int i) {
        byte[] content = new byte[i % 3 == 2 ? LARGE : 40 + i];
        new Random(i).nextBytes(content);
        return content;
    }

    private static String key(int i) {
        return "document-" + i;
    }
}
