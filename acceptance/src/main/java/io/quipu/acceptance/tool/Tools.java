package io.quipu.acceptance.tool;

import io.quipu.acceptance.bench.Bench;
import io.quipu.acceptance.bench.BenchOptions;
import io.quipu.acceptance.chaos.Chaos;
import io.quipu.acceptance.chaos.ChaosOptions;
import io.quipu.acceptance.chaos.Leases;
import io.quipu.acceptance.process.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The tools' command line; {@code ./quipu} calls it, and says how in its own help. */
public final class Tools {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final Set<String> FLAGS = Set.of("--wait", "--bar", "--trace", "--brief", "--list", "--quick");
    private static final Duration BACKLOG_PATIENCE = Duration.ofMinutes(5);
    /** A seed that nobody chose is short enough to be typed again. */
    private static final long MAX_NEW_SEED = 0xFFFFFF;

    private final Map<String, String> options = new HashMap<>();
    private final Deque<String> words = new ArrayDeque<>();

    private Tools(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                words.add(arguments[i]);
            } else if (FLAGS.contains(arguments[i])) {
                options.put(arguments[i], "");
            } else if (i + 1 < arguments.length) {
                options.put(arguments[i], arguments[++i]);
            } else {
                throw new ToolException(arguments[i] + " needs a value");
            }
        }
    }

    /** Runs one tool; exits with 0 when it did what was asked for, 1 when not, 2 when it was not understood. */
    public static void main(String[] arguments) throws Exception {
        try {
            System.exit(new Tools(arguments).run() ? 0 : 1);
        } catch (ToolException e) {
            System.err.println("quipu: " + e.getMessage());
            System.exit(2);
        } catch (MalformedInputException e) {
            System.err.println("quipu: the file is not UTF-8");
            System.exit(2);
        } catch (IOException e) {
            System.err.println("quipu: " + e + " (is the stack up? ./quipu status tells)");
            System.exit(2);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        String command = word("a command");
        boolean done = run(command);
        if (!words.isEmpty()) {
            throw new ToolException("not understood: " + String.join(" ", words));
        }
        return done;
    }

    private boolean run(String command) throws IOException, InterruptedException {
        return switch (command) {
            case "submit" -> submit();
            case "report" -> report();
            case "running" -> running();
            case "audit" -> audit();
            case "backlog" -> backlog();
            case "sample" -> sample();
            case "trace" -> trace();
            case "check-trace" -> checkTrace();
            case "metric" -> metric();
            case "logs" -> logs();
            case "chaos" -> chaos();
            case "leases" -> leases();
            case "bench" -> bench();
            case "simulate" -> simulate();
            default -> throw new ToolException("no such command: " + command);
        };
    }

    private boolean submit() throws IOException, InterruptedException {
        String file = word("a file");
        long total = 0;
        if (!file.equals("-")) {
            try (Stream<String> lines = Files.lines(existing(file))) {
                total = lines.filter(line -> !line.isBlank()).count();
            }
        }
        Submission submission = new Submission(services(), new Submission.Options(number("--batch", 100),
                number("--connections", 4), Duration.ofSeconds(number("--patience", 120)), total,
                options.containsKey("--bar")), OUT);
        boolean complete;
        try (BufferedReader lines = file.equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(existing(file))) {
            complete = submission.submit(lines);
        }
        OUT.print(submission.summary());
        return complete;
    }

    /** Reads lines as they come, for as long as they come. */
    private boolean logs() throws IOException {
        LogText text = new LogText(ZoneId.systemDefault());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            OUT.println(text.of(line));
        }
        return true;
    }

    private boolean report() throws IOException, InterruptedException {
        OUT.print(ReportTable.of(services().report(word("an organization"), time())));
        return true;
    }

    private boolean running() throws IOException, InterruptedException {
        RunningTable table = new RunningTable();
        String next = table.add(services().running(word("an organization"), Optional.ofNullable(options.get("--resource"))));
        while (next != null) {
            next = table.add(services().running(next));
        }
        OUT.print(table.text());
        return true;
    }

    /** Done when clean: exits with 1 when something differs. */
    private boolean audit() throws IOException, InterruptedException {
        JsonNode audit = services().audit(word("an organization"), word("a month such as 2026-11"));
        OUT.print(AuditText.of(audit));
        return audit.path("verdict").asString().equals("clean");
    }

    private Optional<Long> time() {
        String time = options.get("--time");
        try {
            return Optional.ofNullable(time).map(text -> text.chars().allMatch(Character::isDigit)
                    ? Long.parseLong(text) : Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new ToolException("--time is neither milliseconds nor a time such as 2026-11-30T00:00:00Z: " + time);
        }
    }

    private boolean backlog() throws IOException, InterruptedException {
        if (options.containsKey("--wait")) {
            services().awaitEmptyBacklog(BACKLOG_PATIENCE);
        }
        OUT.println(services().backlog().toPlainString());
        return true;
    }

    private boolean sample() {
        String what = word("usage or organizations");
        if (what.equals("organizations")) {
            SampleUsage.ORGANIZATIONS.forEach(OUT::println);
        } else {
            SampleUsage.write(System.currentTimeMillis(), OUT);
        }
        return true;
    }

    private boolean trace() throws IOException {
        try (BufferedReader csv = Files.newBufferedReader(existing(word("a file")));
                PrintStream out = new PrintStream(Files.newOutputStream(Path.of(word("a file to write"))), false,
                        StandardCharsets.UTF_8)) {
            OUT.println(InferenceTrace.convert(csv, out));
        }
        return true;
    }

    private boolean checkTrace() throws IOException, InterruptedException {
        List<String> wrong = InferenceTrace.check(services().report(InferenceTrace.ORGANIZATION, time()),
                new BigDecimal(word("thousand input tokens")), new BigDecimal(word("thousand output tokens")),
                new BigDecimal(word("a charge")));
        wrong.forEach(difference -> OUT.println("WRONG: " + difference));
        return wrong.isEmpty();
    }

    private boolean metric() throws IOException, InterruptedException {
        OUT.println(services().collectorMetric(word("a metric")).toPlainString());
        return true;
    }

    private boolean chaos() throws InterruptedException {
        ChaosOptions asked;
        try {
            asked = ChaosOptions.of(options, System.nanoTime() & MAX_NEW_SEED);
        } catch (IllegalArgumentException e) {
            throw new ToolException(e.getMessage());
        }
        if (!words.isEmpty()) {
            throw new ToolException("not understood: " + String.join(" ", words));
        }
        try {
            return Chaos.run(asked, Clock.systemUTC(), OUT);
        } catch (IOException e) {
            throw new ToolException("chaos could not be done: " + e.getMessage());
        }
    }

    private boolean leases() throws InterruptedException {
        Place place;
        try {
            place = Place.of(options);
        } catch (IllegalArgumentException e) {
            throw new ToolException(e.getMessage());
        }
        if (!words.isEmpty()) {
            throw new ToolException("not understood: " + String.join(" ", words));
        }
        try {
            return Leases.run(place, System.nanoTime() & MAX_NEW_SEED, Clock.systemUTC(), OUT);
        } catch (IOException e) {
            throw new ToolException("leases could not be shown: " + e.getMessage());
        }
    }

    private boolean bench() throws InterruptedException {
        if (options.containsKey("--list")) {
            Bench.list(OUT);
            return true;
        }
        BenchOptions asked;
        try {
            asked = BenchOptions.of(List.copyOf(words), options);
            words.clear();
        } catch (IllegalArgumentException e) {
            throw new ToolException(e.getMessage());
        }
        try {
            return Bench.run(asked, Clock.systemUTC(), OUT);
        } catch (IOException e) {
            throw new ToolException("the benchmark failed: " + e.getMessage());
        }
    }

    private boolean simulate() {
        if (!words.isEmpty()) {
            throw new ToolException("not understood: " + String.join(" ", words));
        }
        return new SimulateCommand(options).run(OUT, System::nanoTime);
    }

    private Services services() {
        return new Services(number("--offset", 0));
    }

    private int number(String option, int otherwise) {
        String value = options.get(option);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ToolException(option + " must be a number, not " + value);
        }
    }

    private String word(String what) {
        if (words.isEmpty()) {
            throw new ToolException(what + " is missing");
        }
        return words.remove();
    }

    private static Path existing(String file) {
        Path path = Path.of(file);
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new ToolException("cannot read " + file);
        }
        return path;
    }
}
