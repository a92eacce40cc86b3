package io.quipu.common.store.embedded;

import io.quipu.common.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine that is open now: nobody uses one that is being closed, and one that failed to write never writes again. It
 * serves reads until its directory can be written; then it is closed and opened again.
 *
 * <p>Opening again is the one way back from a failed write. What the log holds of it is then either recovered or
 * cut off, and the sequence numbers go on from there, so a half-written group can never lend its versions to another. It is not
 * tried before the directory can be written, since opening needs room: until then the engine that has failed can still
 * read, and what it reads is durable, for nothing that failed to be synced has become visible in it.
 *
 * <p>Says once in the log when it begins to fail and once when that is over, however many calls fail meanwhile.
 */
final class EngineSession {

    /** Opens an engine in a directory that exists. */
    interface Opener {
        Engine open(Path directory) throws RocksDBException;
    }

    /** Something to do with an open engine. */
    interface Use<T> {
        T with(Engine engine) throws RocksDBException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(EngineSession.class);

    private final DataDirectory directory;
    private final Opener opener;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Engine engine;
    private boolean closed;
    private boolean reopened;
    private long syncsOfClosedEngines;
    /** Why the last write failed; null while writing works. */
    private volatile StoreException failure;
    /** What the engine has found damaged while it read; null if nothing. */
    private volatile DataDirectoryException damage;

    /**
     * Creates the directory and opens the engine.
     *
     * @throws DataDirectoryException when that is impossible; names the directory
     */
    EngineSession(DataDirectory directory, Opener opener) {
        this.directory = directory;
        this.opener = opener;
        directory.create();
        directory.requireWritable();
        this.engine = open();
    }

    /**
     * Reads while the engine cannot be closed. Not reentrant.
     *
     * @throws StoreException when the store was closed, or the engine could not be opened again
     */
    <T> T read(Use<T> use) throws RocksDBException {
        lock.readLock().lock();
        try {
            requireNotClosed();
            if (engine == null) {
                throw new StoreException(failure.getMessage(), failure);
            }
            return use.with(engine);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Writes, with an engine that has not failed. For the writer thread only.
     *
     * @throws StoreException when the store was closed, or its directory cannot be written yet
     */
    <T> T write(Use<T> use) throws RocksDBException {
        recover();
        return read(use);
    }

    /**
     * After a failed write: opens the engine again if the directory can be written by now. For the writer thread only.
     *
     * @return whether there was anything to recover from
     * @throws StoreException when that is not possible yet
     */
    boolean recover() {
        if (!failing()) {
            return false;
        }
        try {
            directory.requireWritable();
            exclusively(() -> {
                requireNotClosed();
                reopened = true;
                closeEngine();
                engine = open();
            });
        } catch (DataDirectoryException e) {
            failure = e;
            throw e;
        }
        failure = null;
        LOG.info("The store in {} writes again.", directory.path());
        return true;
    }

    /**
     * Whether nobody else can have written since this session began: the engine, which keeps other processes out while it is open, has been
     * open ever since. For the writer thread only.
     */
    boolean exclusive() {
        return !reopened;
    }

    /** Whether the last write has failed, and nothing can be written until the engine was opened again. */
    boolean failing() {
        return failure != null;
    }

    /** The engine has failed to write; the next write opens it again first. */
    void failed(StoreException cause) {
        if (failure == null) {
            LOG.warn("The store in {} cannot write: {}. What it holds can still be read; writes are refused and tried again"
                    + " every {} until it can.", directory.path(), cause.getMessage(), GroupWriter.RECOVERY_INTERVAL);
        }
        failure = cause;
    }

    /** The failure of a read, after it was noted if it tells of damage. */
    StoreException unread(String what, RocksDBException cause) {
        if (!DataDirectory.isDamage(cause)) {
            return new StoreException(what + cause.getMessage(), cause);
        }
        DataDirectoryException found = directory.damaged(cause.getMessage(), cause);
        if (damage == null) {
            LOG.error("{}. {}", found.getMessage(), found.action());
            damage = found;
        }
        return new StoreException(what + found.getMessage(), found);
    }

    /** Why it cannot write, or else what it has found damaged. */
    Optional<String> failure() {
        StoreException known = failure != null ? failure : damage;
        return Optional.ofNullable(known).map(StoreException::getMessage);
    }

    /** Closes for good. */
    void close() {
        exclusively(() -> {
            closed = true;
            closeEngine();
        });
    }

    /** Syncs by the engine's own count since this session began, those of engines since closed included. */
    long syncs() {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            return syncsOfClosedEngines + (engine == null ? 0 : engine.syncs());
        } finally {
            reading.unlock();
        }
    }

    private void exclusively(Runnable action) {
        lock.writeLock().lock();
        try {
            action.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeEngine() {
        if (engine != null) {
            syncsOfClosedEngines += engine.syncs();
            engine.close();
            engine = null;
        }
    }

    private void requireNotClosed() {
        if (closed) {
            throw new StoreException("the store in " + directory.path() + " is closed");
        }
    }

    private Engine open() {
        try {
            Optional<String> hole = LogCheck.hole(directory.path());
            if (hole.isPresent()) {
                throw directory.damaged(hole.get(), null);
            }
            return opener.open(directory.path());
        } catch (IOException e) {
            throw directory.unreadable(e);
        } catch (RocksDBException e) {
            throw directory.unopened(e);
        }
    }
}
