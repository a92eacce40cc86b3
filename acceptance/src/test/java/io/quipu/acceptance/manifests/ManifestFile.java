package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** A file below {@code manifests/}. */
record ManifestFile(Path path) {

    static final Path ROOT = Path.of("..", "manifests");

    private static final Pattern PROJECT_VERSION = Pattern.compile("<artifactId>quipu</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern SIZE = Pattern.compile("(\\d+)([kKmMgG])i?B?");
    private static final Pattern FLAG = Pattern.compile("-XX:(\\w+)=(\\d+\\w)|-X(mx|ss|mn)(\\d+\\w)");

    static ManifestFile of(String name) {
        return new ManifestFile(ROOT.resolve(name));
    }

    /** All files whose names end so, in order. */
    static List<ManifestFile> all(String suffix) {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix)).sorted().map(ManifestFile::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its documents; the same key twice in a mapping is an error, not the last of them. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> documents(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Map<String, Object>> documents = new ArrayList<>();
        new Yaml(options).loadAll(yaml).forEach(document -> documents.add((Map<String, Object>) document));
        return documents;
    }

    /** The project's version. */
    static String version() {
        Matcher version = PROJECT_VERSION.matcher(of("../pom.xml").text());
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    /** What is below a path of keys; indexes are numbers. */
    static Object at(Object node, Object... path) {
        Object current = node;
        for (Object step : path) {
            current = current instanceof Map<?, ?> map ? map.get(step)
                    : current instanceof List<?> list && step instanceof Integer index && index < list.size() ? list.get(index) : null;
        }
        return current;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Object node, Object... path) {
        Object found = at(node, path);
        return found == null ? List.of() : (List<Map<String, Object>>) found;
    }

    static String text(Object node, Object... path) {
        Object found = at(node, path);
        return found == null ? null : found.toString();
    }

    /** A size such as 768M in bytes. */
    static long bytes(String size) {
        Matcher matcher = SIZE.matcher(size);
        assertThat(matcher.matches()).as(size).isTrue();
        return Long.parseLong(matcher.group(1)) << switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            default -> 30;
        };
    }

    /**
     * What a Java machine with these options may take, in bytes: heap, metaspace, compiled code, direct buffers and stacks. What is
     * not limited by an option counts as endless.
     */
    static long limit(String options, int threads) {
        Map<String, Long> flags = new TreeMap<>();
        Matcher flag = FLAG.matcher(options);
        while (flag.find()) {
            flags.put(flag.group(1) == null ? flag.group(3) : flag.group(1), bytes(flag.group(1) == null ? flag.group(4) : flag.group(2)));
        }
        assertThat(flags).as(options).containsKeys("mx", "ss", "MaxMetaspaceSize", "ReservedCodeCacheSize", "MaxDirectMemorySize");
        return flags.get("mx") + flags.get("MaxMetaspaceSize") + flags.get("ReservedCodeCacheSize") + flags.get("MaxDirectMemorySize")
                + threads * flags.get("ss");
    }
}
