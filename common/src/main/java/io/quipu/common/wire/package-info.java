/** The one JSON configuration: names, numbers and limits of every document, stored or sent. */
package io.quipu.common.wire;
