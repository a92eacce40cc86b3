package io.quipu.collector.log;

import io.quipu.collector.lease.HeldPartitions;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.trace.Spans;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The usage log as documents of a store: any number of collectors may append to the same one, with no sequencer and no
 * lease. Thread-safe. Does no I/O before {@link #start()}.
 */
public final class StoredUsageLog implements UsageLog {

    private static final Duration BACKLOG_RETRY_AFTER = Duration.ofSeconds(5);

    private final LogSettings settings;
    private final LogDocuments documents;
    private final Clock clock;
    private final SegmentReader reader;
    private final Backlog backlog;
    private final HeldPartitions held;
    private final Appender[] appenders;
    private final Traces traces;
    private final RecentSegments recent;
    private final MarkedEnds marked;
    private volatile IntConsumer listener = partition -> { };
    /** Why it has not started, such as that this is not known to be the deployment's log; null when it has, and before the first start. */
    private volatile RuntimeException unchecked;

    /** A log on a store; {@link #start()} checks that it is that store's. */
    public StoredUsageLog(LogSettings settings, LogEnvironment environment) {
        this.settings = settings;
        this.documents = new LogDocuments(environment.store());
        this.clock = environment.clock();
        this.held = environment.held();
        this.recent = new RecentSegments(held);
        this.marked = new MarkedEnds(settings.partitions());
        this.backlog = new Backlog(settings.partitions(), environment.held());
        this.traces = environment.traces();
        this.reader = new SegmentReader(documents, recent);
        LogContext context = new LogContext(documents, settings.times(), environment.clock(), environment.writers(),
                environment.executor(), backlog, recent, marked,
                new LogMetrics(environment.meters(), backlog, settings, environment.clock()),
                partition -> listener.accept(partition));
        AppendRounds rounds = new AppendRounds(context, settings.rounds());
        this.appenders = IntStream.range(0, settings.partitions())
                .mapToObj(partition -> new Appender(context, rounds, partition)).toArray(Appender[]::new);
    }

    /** Names who is told a partition whenever there may be something new to drive in it. */
    public void onAppended(IntConsumer appended) {
        listener = appended;
    }

    /** The same with nothing else to start. */
    public void start() {
        start(() -> { });
    }

    /**
     * Checks the number of partitions against the one that the deployment was begun with, or fixes it; then starts what else takes
     * usage. After a failure of either nothing is appended before it was called again and has succeeded.
     *
     * @param then what else is to be started
     * @throws IllegalStateException when they differ
     * @throws StoreException when the store is away
     */
    public void start(Runnable then) {
        try {
            check();
            then.run();
            unchecked = null;
        } catch (RuntimeException e) {
            unchecked = e;
            throw e;
        }
    }

    private void check() {
        documents.insert(List.of(new Write.Insert(Keys.deployment(),
                Json.write(new Deployment(Deployment.VERSION, settings.partitions())))));
        Deployment fixed = documents.store().get(Keys.deployment())
                .map(d -> Json.read(d.content(), Deployment.class))
                .orElseThrow(() -> new StoreException("the deployment document cannot be read back"));
        if (fixed.partitions() != settings.partitions()) {
            throw new IllegalStateException("quipu.partitions is " + settings.partitions() + ", but this log was begun with "
                    + fixed.partitions() + " partitions, and their number cannot change: organizations would move to"
                    + " partitions that do not hold their usage. Set quipu.partitions to " + fixed.partitions() + ".");
        }
    }

    /** Finds the tail, the cursor and the backlog of every partition of which they are not known, in the background. */
    public void open() {
        for (Appender appender : appenders) {
            appender.open();
        }
    }

    /** Whether tail and cursor of every partition are known, hence the whole backlog. */
    public boolean opened() {
        return Arrays.stream(appenders).allMatch(Appender::opened);
    }

    /**
     * Finds the backlog of a partition, whatever was known of it: others have driven and appended to it.
     *
     * @throws StoreException when the store is away
     */
    public void find(int partition) {
        if (!appenders[partition].opened()) {
            appenders[partition].open();
            return;
        }
        Cursor cursor = documents.cursor(partition).document();
        Tail tail = Tail.discover(documents, partition);
        backlog.cursor(partition, cursor.sequence());
        backlog.tail(partition, tail.sequence(), tail.oldest(documents, partition, cursor));
    }

    /** A partition is another's to drive now: what is kept to drive it goes. */
    public void lost(int partition) {
        recent.lost(partition);
        backlog.none(partition);
    }

    /** Takes no more usage; completes when all that was taken is durable or refused. */
    public CompletableFuture<Void> stop() {
        return CompletableFuture.allOf(
                Arrays.stream(appenders).map(Appender::stop).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public int partition(String organizationId) {
        return partition(organizationId, settings.partitions());
    }

    /** The first eight bytes of the id's SHA-256, modulo the number of partitions: the same on every machine for ever. */
    static int partition(String organizationId, int partitions) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(organizationId.getBytes(StandardCharsets.UTF_8));
            return (int) Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), partitions);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public CompletableFuture<List<Appended>> append(int partition, List<LoggedUsage> usages) {
        long waiting = backlog.usagesWithQueued();
        if (!usages.isEmpty() && waiting + usages.size() > settings.maxBacklog()) {
            return CompletableFuture.failedFuture(new LogUnavailableException("backlog_full", waiting
                    + " usages are accepted and not processed yet, " + usages.size() + " more would exceed the limit of "
                    + settings.maxBacklog(), BACKLOG_RETRY_AFTER));
        }
        return appendDriven(partition, usages);
    }

    /**
     * Appends what driving comes to, as {@link #append} does, but whatever the backlog: refused, it would hold up what would make
     * the backlog smaller.
     */
    public CompletableFuture<List<Appended>> appendDriven(int partition, List<LoggedUsage> usages) {
        if (usages.size() > MAX_APPEND) {
            throw new IllegalArgumentException(usages.size() + " usages in one append, the limit is " + MAX_APPEND);
        }
        if (usages.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        RuntimeException why = unchecked;
        if (why != null) {
            return CompletableFuture.failedFuture(SegmentAppend.unavailable(new StoreException(why.getMessage(), why)));
        }
        if (traces.current().isEmpty()) {
            return appenders[partition].append(PendingAppend.entries(usages));
        }
        return traced(partition, usages);
    }

    /** Keeps the span of the append with each usage, so that whoever drives it can continue its trace. */
    private CompletableFuture<List<Appended>> traced(int partition, List<LoggedUsage> usages) {
        Spans spans = traces.start("append", Traces.Kind.PRODUCER, traces.current());
        spans.tag("quipu.partition", Integer.toString(partition));
        spans.tag("quipu.usages", Integer.toString(usages.size()));
        try {
            String trace = spans.contexts().get(0).traceparent();
            CompletableFuture<List<Appended>> result = appenders[partition].append(
                    PendingAppend.entries(usages.stream().map(usage -> usage.in(trace)).toList()));
            result.whenComplete((appended, failure) -> {
                if (failure != null) {
                    spans.failed(failure);
                }
                spans.end();
            });
            return result;
        } catch (RuntimeException e) {
            spans.failed(e);
            spans.end();
            throw e;
        }
    }

    @Override
    public boolean mayBeMarked(int partition, long end) {
        return !held.forEver() || marked.mayHave(partition, end);
    }

    /**
     * Marks may be made of usage of a partition that ended by then at the latest; to be said before they are.
     *
     * @return the latest end of usage of which this process may have tried to make a mark before, or anybody before it began:
     *     a mark of what ended later is {@linkplain Write.Insert#fresh fresh}
     */
    public long marking(int partition, long end) {
        return marked.mark(partition, end);
    }

    @Override
    public Optional<Segment> read(int partition, long segment) {
        Optional<Segment> found = reader.segment(partition, segment);
        // The mark after the segment: an orphan can only stand below a mark that was raised before it was written.
        return found.filter(s -> lowestKept(partition) <= segment);
    }

    @Override
    public long lowestKept(int partition) {
        return documents.trim(partition).lowest();
    }

    /** The cursor of a partition is known to be there or further. */
    public void driven(int partition, Cursor cursor) {
        backlog.cursor(partition, cursor.sequence());
        recent.driven(partition, cursor.position());
    }

    /** The segment up to which a partition is known to be driven; negative when that is not known. */
    public long drivenTo(int partition) {
        return recent.driven(partition);
    }

    /** Which partitions this process drives. */
    public HeldPartitions held() {
        return held;
    }

    @Override
    public int partitions() {
        return settings.partitions();
    }

    /** What log time decides. */
    public LogTimes times() {
        return settings.times();
    }

    /** The clock that log time is taken from. */
    public Clock clock() {
        return clock;
    }

    /** The log's documents. */
    public LogDocuments documents() {
        return documents;
    }

    /** Reads segments in order. */
    public SegmentReader reader() {
        return reader;
    }

    /** What is appended and not driven. */
    public Backlog backlog() {
        return backlog;
    }
}
