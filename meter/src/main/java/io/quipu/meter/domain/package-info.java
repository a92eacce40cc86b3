/** What metering computes: pure functions over immutable documents, without Spring, HTTP, clocks or stores. */
package io.quipu.meter.domain;
