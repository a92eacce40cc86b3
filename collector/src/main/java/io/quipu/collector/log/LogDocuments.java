package io.quipu.collector.log;

import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * The documents of the log, read and written as they are: no rule of the log is in here. Every method may throw {@link
 * io.quipu.common.store.StoreException}.
 */
public final class LogDocuments {

    private final DocumentStore store;
    private final LinkPages<Long> rejected;

    /** On the store that the log is kept in. */
    public LogDocuments(DocumentStore store) {
        this.store = store;
        this.rejected = new LinkPages<>(store, Long.class);
    }

    /** The store itself. */
    DocumentStore store() {
        return store;
    }

    /** A segment, also one below the lowest kept that has not been removed yet. */
    Optional<Segment> segment(int partition, long segment) {
        return store.get(Keys.segment(partition, segment)).map(d -> segment(d, partition, segment));
    }

    /** The consecutive segments from one on, up to the first that is absent and at most {@code limit}. */
    List<Segment> segments(int partition, long from, int limit) {
        List<String> keys = LongStream.range(from, from + limit).mapToObj(n -> Keys.segment(partition, n)).toList();
        List<Segment> found = new ArrayList<>();
        for (Optional<Document> document : store.get(keys)) {
            if (document.isEmpty()) {
                break;
            }
            found.add(segment(document.get(), partition, from + found.size()));
        }
        return found;
    }

    private static Segment segment(Document document, int partition, long number) {
        Segment segment = Json.read(document.content(), Segment.class);
        if (segment.partition() != partition || segment.segment() != number) {
            throw new IllegalStateException("document " + document.key() + " says that it is segment "
                    + segment.partition() + "/" + segment.segment());
        }
        return segment;
    }

    /** Where the log of a partition begins, with the version to replace it by. */
    Versioned<Trim> versionedTrim(int partition) {
        return store.get(Keys.trim(partition))
                .map(d -> new Versioned<>(Json.read(d.content(), Trim.class), d.version()))
                .orElse(new Versioned<>(Trim.NONE, Outcome.NO_VERSION));
    }

    /** Where the log of a partition begins. */
    public Trim trim(int partition) {
        return versionedTrim(partition).document();
    }

    /** Where the logs of partitions begin, in the same order. */
    List<Trim> trims(List<Integer> partitions) {
        return store.get(partitions.stream().map(Keys::trim).toList()).stream()
                .map(found -> found.map(d -> Json.read(d.content(), Trim.class)).orElse(Trim.NONE)).toList();
    }

    /** Replaces the trim mark if it is still the one that was read. */
    boolean replaceTrim(int partition, Versioned<Trim> read, Trim trim) {
        return store.write(put(Keys.trim(partition), read.version(), trim)).written();
    }

    /** The cursor of a partition, with the version to replace it by. */
    public Versioned<Cursor> cursor(int partition) {
        return cursors(List.of(partition)).get(0);
    }

    /** The cursors of partitions, with the versions to replace them by, in the same order. */
    public List<Versioned<Cursor>> cursors(List<Integer> partitions) {
        return store.get(partitions.stream().map(Keys::cursor).toList()).stream()
                .map(found -> found.map(d -> new Versioned<>(Json.read(d.content(), Cursor.class), d.version()))
                        .orElse(new Versioned<>(Cursor.START, Outcome.NO_VERSION))).toList();
    }

    /** Moves cursors that are still those that were read; which of them were. */
    public List<Boolean> replaceCursors(List<CursorMove> moves) {
        return store.write(moves.stream().map(move -> put(Keys.cursor(move.partition()), move.read().version(), move.to()))
                .toList()).stream().map(Outcome::written).toList();
    }

    /** The mark of a deduplication key. */
    public Optional<DedupMark> mark(String key) {
        return marks(List.of(key)).get(0);
    }

    /** The marks of many deduplication keys, in the same order. */
    public List<Optional<DedupMark>> marks(List<String> keys) {
        return store.get(keys).stream().map(found -> found.map(d -> Json.read(d.content(), DedupMark.class))).toList();
    }

    /** Inserts documents that are absent; which of them were. */
    public List<Boolean> insert(List<Write.Insert> inserts) {
        return store.write(List.copyOf(inserts)).stream().map(Outcome::written).toList();
    }

    /** The insert of a rejected usage. */
    public static Write.Insert rejectedUsage(int partition, Rejection rejection, long expiresAt) {
        return new Write.Insert(Keys.rejected(partition, rejection.position()),
                Json.write(new RejectedUsage(RejectedUsage.VERSION, partition, rejection)), expiresAt);
    }

    /** Why a usage was rejected, if it was. */
    public Optional<Rejection> rejection(int partition, long position) {
        return store.get(Keys.rejected(partition, position))
                .map(d -> Json.read(d.content(), RejectedUsage.class).rejection());
    }

    /** Why usages were rejected, each if it was, in the same order. */
    List<Optional<Rejection>> rejections(int partition, List<Long> positions) {
        return store.get(positions.stream().map(position -> Keys.rejected(partition, position)).toList()).stream()
                .map(found -> found.map(d -> Json.read(d.content(), RejectedUsage.class).rejection())).toList();
    }

    /** Puts rejected usage, by organization, on the pages of these, before it is stored; one may come on them twice. */
    public void linkRejected(Map<String, List<Long>> positions) {
        rejected.append(positions.entrySet().stream().map(of ->
                new LinkPages.Added<>(page -> Keys.rejectedPage(of.getKey(), page), of.getValue())).toList());
    }

    /** Reads the rejections of an organization, oldest first, a page at a time. */
    public void rejections(int partition, String organizationId, Consumer<Rejection> reader) {
        Set<Long> seen = new HashSet<>();
        rejected.read(page -> Keys.rejectedPage(organizationId, page), positions -> {
            List<String> keys = positions.stream().filter(seen::add)
                    .map(position -> Keys.rejected(partition, position)).toList();
            store.get(keys).stream().flatMap(Optional::stream)
                    .map(d -> Json.read(d.content(), RejectedUsage.class).rejection()).forEach(reader);
        });
    }

    private static Write put(String key, long version, Object document) {
        byte[] content = Json.write(document);
        return version == Outcome.NO_VERSION ? new Write.Insert(key, content) : new Write.Replace(key, version, content);
    }

    /** The number of the segment that a cursor stands in; 0 at the start. */
    static long segmentOf(Cursor cursor) {
        return Math.max(0, Position.segment(cursor.position()));
    }
}
