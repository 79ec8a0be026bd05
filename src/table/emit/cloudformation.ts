import { stringify } from 'yaml';
import type { DesignedTable } from '../designed-table.js';
import { tableRequest } from '../table-request.js';
import type { TableSettings } from '../table-settings.js';

/**
 * A template with the table as `AWS::DynamoDB::Table`, whose properties are those of CreateTable but for a few names
 * (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html). The table
 * outlives its stack: the data is not the stack's to delete.
 */
export function cloudFormation(design: DesignedTable, settings: TableSettings): string {
  return stringify(cloudFormationTemplate(design, settings), { lineWidth: 0 });
}

export function cloudFormationTemplate(design: DesignedTable, settings: TableSettings): object {
  const { StreamSpecification, SSESpecification, ...request } = tableRequest(design, settings);
  const { timeToLive } = design;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The DynamoDB table ${design.name}`,
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          ...request,
          ...(timeToLive === null
            ? {}
            : { TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true } }),
          ...(settings.pointInTimeRecovery === undefined
            ? {}
            : {
                PointInTimeRecoverySpecification: {
                  PointInTimeRecoveryEnabled: settings.pointInTimeRecovery,
                },
              }),
          ...(StreamSpecification === undefined
            ? {}
            : { StreamSpecification: { StreamViewType: StreamSpecification.StreamViewType } }),
          ...(SSESpecification === undefined
            ? {}
            : {
                SSESpecification: {
                  SSEEnabled: true,
                  SSEType: SSESpecification.SSEType,
                  ...(SSESpecification.KMSMasterKeyId === undefined
                    ? {}
                    : { KMSMasterKeyId: SSESpecification.KMSMasterKeyId }),
                },
              }),
        },
      },
    },
    Outputs: {
      TableName: { Value: { Ref: 'Table' } },
      TableArn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
    },
  };
}
