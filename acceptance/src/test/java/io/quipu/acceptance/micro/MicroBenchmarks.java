package io.quipu.acceptance.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs all of them, each in a Java machine of its own, and prints JMH's table. No test of the usual run, which looks for
 * other names.
 */
class MicroBenchmarks {

    @Test
    void run() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                .include(getClass().getPackageName().replace(".", "\\.") + "\\..*Benchmark.*")
                // instead of those that this runs with, which leave out the second compiler
                .jvmArgs("-XX:+UseSerialGC")
                .shouldFailOnError(true).build()).run();
        assertThat(results).isNotEmpty();
    }
}
