import type { ReportDocument } from '../document.ts';
import { alertSection, type UnitOf } from './alerts.ts';
import type { Section } from './block.ts';
import { checkSection } from './checks.ts';
import { gateSection, rollbackSection } from './decisions.ts';
import {
  appendixSection,
  coverageSection,
  curveSection,
  objectiveSection,
  resourceSection,
} from './figures.ts';
import { timelineSection } from './timeline.ts';

/** The report below its verdict, in the order in which a person decides. */
export function sectionsOf(document: ReportDocument, unitOf: UnitOf): Section[] {
  return [
    objectiveSection(document),
    coverageSection(document),
    timelineSection(document),
    alertSection(document, unitOf),
    gateSection(document),
    rollbackSection(document),
    curveSection(document),
    checkSection(document),
    resourceSection(document),
    appendixSection(document),
  ];
}
