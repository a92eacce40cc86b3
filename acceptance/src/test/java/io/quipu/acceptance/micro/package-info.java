/**
 * Benchmarks of single functions with JMH: folds, codecs, rating. Not tests: {@link
 * io.quipu.acceptance.micro.MicroBenchmarks} runs them when it is asked for by name. What the services do together is
 * measured by {@code ./quipu bench}.
 */
package io.quipu.acceptance.micro;
