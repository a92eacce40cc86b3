/**
 * How services read from each other over HTTP: no call can last for ever, and answers of many lines are read one line at a time
 * and taken only when they are whole.
 */
package io.quipu.common.http;
