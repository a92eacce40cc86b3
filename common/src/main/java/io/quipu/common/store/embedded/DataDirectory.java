package io.quipu.common.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * The directory that an engine lives in: whether it can be written, and if not, why, in words that name it, the user and
 * what to do. Keeps nothing open.
 */
class DataDirectory {

    /** Bytes that must be free beyond what the engine's logs hold before it is opened: its other files. */
    static final long ROOM_BYTES = 2L * 1024 * 1024;

    /** Bytes that a trial writes: less could find room in a page that the directory has already. */
    static final int TRIAL_BYTES = 64 * 1024;

    private static final String TRIAL = "writable";
    private static final String CHOOSE_ANOTHER = " or name another directory with quipu.data (QUIPU_DATA).";

    private final Path path;

    /** Touches nothing. */
    DataDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    /**
     * Creates the directory where there is none.
     *
     * @throws DataDirectoryException when that is impossible
     */
    void create() {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new DataDirectoryException("the data directory " + path + " of user " + user() + " is a file, no directory",
                    "Remove the file," + CHOOSE_ANOTHER, null);
        }
        List<Path> created = new ArrayList<>();
        for (Path missing = path; missing != null && Files.notExists(missing); missing = missing.getParent()) {
            created.add(missing);
        }
        try {
            Files.createDirectories(path);
            for (Path directory : created) {
                sync(directory.getParent());
            }
        } catch (IOException e) {
            throw new DataDirectoryException("the data directory " + path + " cannot be created by user " + user() + ": " + reason(e),
                    "Create it and give it to user " + user() + "," + CHOOSE_ANOTHER, e);
        }
    }

    /**
     * Tries to write there, and looks for the room that opening an engine may take. Leaves nothing behind.
     *
     * @throws DataDirectoryException when it cannot be written now
     */
    void requireWritable() {
        try {
            write(path.resolve(TRIAL));
            FileStore disk = Files.getFileStore(path);
            long needed = logBytes() + ROOM_BYTES;
            // Some file systems know no size.
            if (disk.getTotalSpace() > 0 && disk.getUsableSpace() < needed) {
                throw full("less than the " + needed + " bytes that it takes to open the store are free", null);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** In words for an operator: why the engine cannot be opened here. */
    DataDirectoryException unopened(RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("lock hold by current process") || message.contains("While lock file")) {
            return new DataDirectoryException("the data directory " + path + " is already open, in another process or in this one:"
                    + " a directory serves one store at a time", "Stop the process that uses it,"
                    + CHOOSE_ANOTHER, e);
        }
        if (isDamage(e)) {
            return damaged(message, e);
        }
        return new DataDirectoryException("the store in " + path + " cannot be opened by user " + user() + ": " + message,
                "See to it that every file there can be read and written by user " + user() + " and that the disk has room.", e);
    }

    /** In words for an operator: the engine's logs cannot be read. */
    DataDirectoryException unreadable(IOException e) {
        return new DataDirectoryException("the store in " + path + " cannot be read by user " + user() + ": " + e,
                "See to it that every file there can be read and written by user " + user() + ".", e);
    }

    /** In words for an operator: a file here does not hold what was written to it. */
    DataDirectoryException damaged(String what, Throwable cause) {
        return new DataDirectoryException("the store in " + path + " is damaged: " + what,
                "Nothing was changed or dropped. Leave the directory as it is, check the disk, and see \"A damaged file\" in docs/operations.md.", cause);
    }

    /** Whether the engine found that a file does not hold what was written to it. */
    static boolean isDamage(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
    }

    private static void write(Path trial) throws IOException {
        try (FileChannel channel = FileChannel.open(trial, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.allocate(TRIAL_BYTES);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } finally {
            Files.deleteIfExists(trial);
        }
    }

    private long logBytes() throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(path, LogFile.GLOB)) {
            for (Path log : logs) {
                bytes += Files.size(log);
            }
        }
        return bytes;
    }

    private DataDirectoryException unwritable(IOException e) {
        if (e instanceof AccessDeniedException) {
            return new DataDirectoryException("the data directory " + path + " belongs to " + owner() + " and cannot be written by user "
                    + user() + ": " + reason(e), "Give it to user " + user() + " (chown -R), run the service as its owner," + CHOOSE_ANOTHER, e);
        }
        try {
            FileStore disk = Files.getFileStore(path);
            if (disk.isReadOnly()) {
                return new DataDirectoryException("the data directory " + path + " is on a read-only disk (" + disk.name()
                        + ") and cannot be written by user " + user() + ": " + reason(e),
                        "Mount the disk writable; the system's log tells whether it was made read-only after an error.", e);
            }
            if (disk.getTotalSpace() > 0 && disk.getUsableSpace() < TRIAL_BYTES) {
                return full(reason(e), e);
            }
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
        }
        return new DataDirectoryException("the data directory " + path + " cannot be written by user " + user() + ": " + reason(e),
                "See to it that user " + user() + " can write there and that the disk has room,"
                        + CHOOSE_ANOTHER, e);
    }

    private DataDirectoryException full(String reason, IOException cause) {
        return new DataDirectoryException("the disk of the data directory " + path + " is full: " + reason,
                "Make room there; a running service goes on by itself then.", cause);
    }

    private String owner() {
        try {
            return "user " + Files.getOwner(path).getName();
        } catch (IOException | UnsupportedOperationException unknown) {
            return "an unknown user";
        }
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    /** What the operating system says, without the path that is named already. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException detailed && detailed.getReason() != null) {
            return detailed.getReason();
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileSystemException ? e.getClass().getSimpleName() + " " + e.getMessage() : e.getMessage();
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
