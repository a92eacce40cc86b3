package io.quipu.acceptance.couchbase;

import com.couchbase.mock.memcached.MemcachedServer;
import com.couchbase.mock.memcached.MemcachedServer.CommandLogEntry;
import com.couchbase.mock.memcached.protocol.CommandCode;
import java.lang.reflect.Field;
import java.util.AbstractList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the commands of one node by kind, in the place of the list in which the server would keep each of them for ever. Written by the
 * server's one thread, read by any.
 */
final class CommandCounts extends AbstractList<CommandLogEntry> {

    private static final int KINDS = 256;

    private final AtomicLongArray counts = new AtomicLongArray(KINDS);

    private CommandCounts() {
    }

    /**
     * Counts from now on.
     *
     * @throws IllegalStateException when this version of the server keeps its list elsewhere
     */
    static CommandCounts of(MemcachedServer server) {
        CommandCounts counts = new CommandCounts();
        try {
            Field log = MemcachedServer.class.getDeclaredField("commandLog");
            log.setAccessible(true);
            log.set(server, counts);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of CouchbaseMock keeps its log of commands elsewhere", e);
        }
        server.startLog();
        return counts;
    }

    /** How many of each kind there were, by name; kinds that there were none of are left out. */
    Map<String, Long> byKind() {
        Map<String, Long> kinds = new TreeMap<>();
        for (int kind = 0; kind < KINDS; kind++) {
            if (counts.get(kind) > 0) {
                kinds.merge(CommandCode.valueOf((byte) kind).name(), counts.get(kind), Long::sum);
            }
        }
        return kinds;
    }

    @Override
    public boolean add(CommandLogEntry entry) {
        counts.incrementAndGet(entry.getOpcode() & 0xff);
        return true;
    }

    @Override
    public CommandLogEntry get(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int size() {
        return 0;
    }
}
