package io.quipu.acceptance.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where services of one's own are run.
 *
 * @param apps the built services
 * @param data an empty directory
 * @param offset what is added to every port
 * @param javaOptions options of the services' Java machines
 * @param archives what the archives of the services' classes are called that {@code ./quipu up} keeps beside them; empty for doing without
 */
public record Place(Path apps, Path data, int offset, String javaOptions, String archives) {

    /** The names of the options that say it. */
    public static final Set<String> NAMES = Set.of("--apps", "--data", "--offset", "--java-options", "--archives");

    /** So that the highest port, that of a shared store, is one. */
    private static final int MAX_OFFSET = 56_000;

    /**
     * Reads options from the command line.
     *
     * @param options by name, such as {@code --apps}; others are left alone
     * @throws IllegalArgumentException with a sentence for the person at the terminal
     */
    public static Place of(Map<String, String> options) {
        return new Place(Path.of(required(options, "--apps")), Path.of(required(options, "--data")),
                offset(options.getOrDefault("--offset", "0")), options.getOrDefault("--java-options", ""),
                options.getOrDefault("--archives", ""));
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static int offset(String text) {
        try {
            int offset = Integer.parseInt(text);
            if (offset >= 0 && offset <= MAX_OFFSET) {
                return offset;
            }
        } catch (NumberFormatException notOne) {
            // answered below
        }
        throw new IllegalArgumentException("--offset must be a number from 0 to " + MAX_OFFSET + ", not " + text);
    }

    /** Makes the directories of logs and process ids, and notes the offset as {@code ./quipu} does. */
    public void prepare() throws IOException {
        Files.createDirectories(data.resolve("logs"));
        Files.createDirectories(data.resolve("run"));
        Files.writeString(data.resolve("run").resolve("offset"), offset + "\n");
    }

    /**
     * The beginning of a command that starts a Java machine; may be added to.
     *
     * @param name the process's, after which the directory of its temporary files is called
     */
    public List<String> java(String name) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(javaOptions.trim().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.add("-Djava.io.tmpdir=" + ServiceProcess.temporary(data, name));
        return command;
    }

    /** A service of this place that does not run yet, with data of its own. */
    public ServiceProcess service(Instance instance, List<String> properties) throws IOException {
        Path directory = apps.resolve(instance.service());
        List<String> command = java(instance.name());
        if (!archives.isEmpty()) {
            // as ./quipu says it; without one the machine does without
            command.addAll(List.of("-Xshare:auto", "-Xlog:cds*=off", "-XX:SharedArchiveFile="
                    + directory.resolve(archives + ".jsa")));
        }
        command.addAll(List.of("-jar", directory.resolve("quipu-" + instance.service() + ".jar").toString(),
                "--server.address=127.0.0.1", "--server.port=" + new Ports(offset).of(instance)));
        command.addAll(properties);
        return new ServiceProcess(instance.name(), new Ports(offset).of(instance), command,
                Files.createDirectories(data.resolve(instance.name())), data);
    }
}
