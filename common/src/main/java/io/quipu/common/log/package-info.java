/**
 * How the services keep their logs short: what fails many times over is one line when it begins, or one line now and then.
 * Fields such as {@code partition}, {@code position} and {@code organization} are added to a line as key and value, so that
 * they can be searched for. No line holds a usage's measures.
 */
package io.quipu.common.log;
