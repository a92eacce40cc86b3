package io.quipu.common.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A real disk that a test can fill and make room on: a small file system in memory of its own where this process may mount one, else
 * the real disk with a limit of this process on the size of its files, which fails writes in the same way and needs no privilege. Where
 * neither is to be had, the test is reported as skipped. Says which it is.
 */
public final class SmallDisk implements AutoCloseable {

    /** Set to {@code limit}, the second way is taken where the first one is possible, too. */
    static final String WAY = "quipu.test.disk";

    private static final int FILLER_BYTES = 4096;

    private final Path directory;
    private final boolean mounted;
    private boolean full;

    private SmallDisk(Path directory, boolean mounted) {
        this.directory = directory;
        this.mounted = mounted;
        System.out.println("[disk] " + directory + " is "
                + (mounted ? "a file system of its own" : "limited by the size of files that this process may write"));
    }

    /**
     * A disk with that much room.
     *
     * @param directory exists and is empty
     */
    public static SmallDisk at(Path directory, int megabytes) {
        if (!"limit".equals(System.getProperty(WAY)) && run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "quipu-test",
                directory.toString())) {
            return new SmallDisk(directory, true);
        }
        Assumptions.assumeTrue(limit("unlimited"), "[disk] neither can a file system be mounted here (mount) nor the size of files"
                + " be limited (prlimit)");
        return new SmallDisk(directory, false);
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** Whether filling it leaves the other disks as they are. */
    public boolean alone() {
        return mounted;
    }

    /** From now on nothing can be written. */
    public void fill() throws IOException {
        full = true;
        if (!mounted) {
            // Not 0: that is no limit to some systems' shells.
            if (!limit("1")) {
                throw new IOException("the limit cannot be set any more");
            }
            return;
        }
        try (FileChannel filler = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.allocate(FILLER_BYTES);
            while (true) {
                filler.write(bytes.clear());
            }
        } catch (IOException noRoom) {
            if (Files.getFileStore(directory).getUsableSpace() > 0) {
                throw noRoom;
            }
        }
    }

    /** From now on nothing can be written, as on a disk that is mounted so, or in a directory of somebody else; nothing may be open. */
    public void forbidWriting() throws IOException {
        if (mounted) {
            if (!run("mount", "-o", "remount,ro", directory.toString())) {
                throw new IOException(directory + " cannot be mounted read-only");
            }
            return;
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        boolean forbidden = false;
        try {
            Files.delete(Files.createFile(directory.resolve("trial")));
        } catch (AccessDeniedException expected) {
            forbidden = true;
        } finally {
            if (!forbidden) {
                allowWriting();
            }
        }
        Assumptions.assumeTrue(forbidden, "[disk] this user may write to any directory, and cannot mount one read-only");
    }

    /** After {@link #forbidWriting}. */
    public void allowWriting() throws IOException {
        if (mounted) {
            run("mount", "-o", "remount,rw", directory.toString());
        } else {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** There is room again. */
    public void makeRoom() throws IOException {
        if (mounted) {
            Files.deleteIfExists(filler());
        } else if (full && !limit("unlimited")) {
            throw new IOException("the limit cannot be lifted any more");
        }
        full = false;
    }

    /** Whatever is on a mounted one goes with it. */
    @Override
    public void close() throws IOException {
        allowWriting();
        makeRoom();
        if (mounted && !run("umount", directory.toString())) {
            throw new IOException(directory + " is still in use");
        }
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /** Only the soft limit is set, so that it can be lifted again. */
    private static boolean limit(String bytes) {
        return run("prlimit", "--pid", Long.toString(ProcessHandle.current().pid()), "--fsize=" + bytes + ":");
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
