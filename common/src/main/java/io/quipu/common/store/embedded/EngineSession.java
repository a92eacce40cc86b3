package io.quipu.common.store.embedded;

import io.quipu.common.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.RocksDBException;

/**
 * The engine that is open now: nobody uses one that is being closed, and one that failed to write is closed and opened
 * again by whoever comes next.
 *
 * <p>Opening again is the one way back from a failed write. What the log holds of it is then either recovered or
 * cut off, and the sequence numbers go on from there, so a half-written group can never lend its versions to another.
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

    private final Path directory;
    private final Opener opener;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Engine engine;
    private boolean closed;
    private long syncsOfClosedEngines;

    /**
     * Creates the directory and opens the engine.
     *
     * @throws StoreException when that is impossible; names the directory
     */
    EngineSession(Path directory, Opener opener) {
        this.directory = directory.toAbsolutePath().normalize();
        this.opener = opener;
        create(this.directory);
        this.engine = open();
    }

    /**
     * Does something while the engine cannot be closed. Not reentrant.
     *
     * @throws StoreException when the store was closed, or the engine could not be opened again
     */
    <T> T use(Use<T> use) throws RocksDBException {
        while (true) {
            lock.readLock().lock();
            try {
                requireNotClosed();
                if (engine != null) {
                    return use.with(engine);
                }
            } finally {
                lock.readLock().unlock();
            }
            reopen();
        }
    }

    /** Closes the engine after a failed write; the next use opens it again. */
    void discard() {
        exclusively(this::closeEngine);
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

    private void reopen() {
        exclusively(() -> {
            requireNotClosed();
            if (engine == null) {
                engine = open();
            }
        });
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
            throw new StoreException("the store in " + directory + " is closed");
        }
    }

    private Engine open() {
        try {
            return opener.open(directory);
        } catch (RocksDBException e) {
            if (e.getMessage().contains("LOCK")) {
                throw new StoreException("the data directory " + directory + " is already open, in another process or in this one:"
                        + " a directory serves one store at a time", e);
            }
            throw new StoreException("the store in " + directory + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void create(Path directory) {
        List<Path> created = new ArrayList<>();
        for (Path path = directory; path != null && Files.notExists(path); path = path.getParent()) {
            created.add(path);
        }
        try {
            Files.createDirectories(directory);
            for (Path path : created) {
                sync(path.getParent());
            }
        } catch (IOException e) {
            throw new StoreException("the data directory " + directory + " cannot be created or used: " + e, e);
        }
    }

    /** A new directory survives a power failure only once its parent was synced. Windows knows no such thing. */
    private static void sync(Path directory) throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
